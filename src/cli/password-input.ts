import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { EXIT, Failure } from './exit.ts'
import type { Invocation } from './invocation.ts'

/** From a file, from standard input, or from the person at the terminal: never from an argument. */
export async function readPassword(
  invocation: Invocation,
  file: string | undefined,
): Promise<string> {
  const password = await given(invocation, file)
  if (password !== '') return password
  throw new Failure(EXIT.usage, 'the password is empty', 'give one with --password-file')
}

async function given({ world, global }: Invocation, file: string | undefined): Promise<string> {
  const { io } = world
  if (file === '-') return firstLine(await io.read())
  if (file !== undefined) return firstLine(readFile(resolve(world.directory, file)))
  if (!io.isTerminal.in || !global.mayAsk)
    throw new Failure(
      EXIT.usage,
      'there is no terminal to ask for the password on',
      'give it with --password-file <path>, or --password-file - for standard input',
    )
  const password = await io.ask('Password: ', true)
  if (password === (await io.ask('Again: ', true))) return password
  throw new Failure(EXIT.usage, 'the two are not the same', 'try again')
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Failure(EXIT.usage, `the password cannot be read: ${why}`, 'check the file')
  }
}

/** Editors and `echo` end a file with a line break that nobody means. */
const firstLine = (text: string): string => text.split(/\r?\n/, 1)[0] ?? ''
