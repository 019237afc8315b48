import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { EXIT, Failure } from './exit.ts'
import type { Invocation } from './invocation.ts'

/** What is asked for, and the option that names its file. */
interface Wanted {
  readonly name: string
  readonly prompt: string
  readonly flag: string
  /** It exists already: to mistype it does no harm. */
  readonly isKnown?: true
}

const PASSWORD: Wanted = { name: 'password', prompt: 'Password: ', flag: '--password-file' }
const USER_CODE: Wanted = { name: 'user code', prompt: 'User code: ', flag: '--code-file' }
const PASSPHRASE: Wanted = {
  name: 'passphrase',
  prompt: 'Passphrase of the key: ',
  flag: '--passphrase-file',
  isKnown: true,
}

export const readPassword = (invocation: Invocation, file: string | undefined): Promise<string> =>
  readSecret(PASSWORD, invocation, file)

export const readUserCode = (invocation: Invocation, file: string | undefined): Promise<string> =>
  readSecret(USER_CODE, invocation, file)

export const readPassphrase = (invocation: Invocation, file: string | undefined): Promise<string> =>
  readSecret(PASSPHRASE, invocation, file)

/** From a file, from standard input, or from the person at the terminal: never from an argument. */
async function readSecret(
  wanted: Wanted,
  invocation: Invocation,
  file: string | undefined,
): Promise<string> {
  const secret = await given(wanted, invocation, file)
  if (secret !== '') return secret
  throw new Failure(EXIT.usage, `the ${wanted.name} is empty`, `give one with ${wanted.flag}`)
}

async function given(
  { name, prompt, flag, isKnown }: Wanted,
  { world, global }: Invocation,
  file: string | undefined,
): Promise<string> {
  const { io } = world
  if (file === '-') return firstLine(await io.read())
  if (file !== undefined) return firstLine(readFile(resolve(world.directory, file), name))
  if (!io.isTerminal.in || !global.mayAsk)
    throw new Failure(
      EXIT.usage,
      `there is no terminal to ask for the ${name} on`,
      `give it with ${flag} <path>, or ${flag} - for standard input`,
    )
  const secret = await io.ask(prompt, true)
  if (isKnown || secret === (await io.ask('Again: ', true))) return secret
  throw new Failure(EXIT.usage, 'the two are not the same', 'try again')
}

function readFile(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Failure(EXIT.usage, `the ${name} cannot be read: ${why}`, 'check the file')
  }
}

/** Editors and `echo` end a file with a line break that nobody means. */
const firstLine = (text: string): string => text.split(/\r?\n/, 1)[0] ?? ''
