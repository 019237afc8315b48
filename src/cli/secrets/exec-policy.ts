import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join, sep } from 'node:path'
import { type Variables, variable } from '../environment.ts'
import { EXIT, Failure } from '../exit.ts'

type Command = readonly string[]

/** What may run is said where no change of the documents can say it: in the environment of whoever gave the command. */
export function allowedCommands(variables: Variables): readonly Command[] {
  const text = variable(variables, 'TOKENIDP_EXEC_ALLOW')
  if (text === undefined) return []
  const said = parsed(text)
  if (Array.isArray(said) && said.every(isCommand)) return said
  throw new Failure(
    EXIT.usage,
    'TOKENIDP_EXEC_ALLOW is not a list of commands in JSON',
    `for instance '[["op", "read", "*"]]'`,
  )
}

const isCommand = (each: unknown): each is Command =>
  Array.isArray(each) && each.length > 0 && each.every((word) => typeof word === 'string')

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Word for word. `*` stands for one argument, and for no option. */
export const isAllowed = (command: Command, allowed: readonly Command[]): boolean =>
  allowed.some(
    (words) =>
      words.length === command.length &&
      words.every((word, index) => {
        const given = command[index] ?? ''
        return word === given || (word === '*' && index > 0 && !given.startsWith('-'))
      }),
  )

const PASSED = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR']

/** Of the environment, what a program gets: nothing that nobody named, and no way into the repository. */
export function passedVariables(variables: Variables, root: string): Record<string, string> {
  const named = variable(variables, 'TOKENIDP_EXEC_ENV')?.split(/[\s,]+/) ?? []
  const passed: Variables = { ...variables, PATH: foldersOf(variables, root).join(delimiter) }
  return Object.fromEntries(
    [...PASSED, ...named].flatMap((name) => {
      const value = passed[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/**
 * Where the program is; never inside of the repository, where a change could bring it: neither itself nor a
 * link, which runs another program by its name.
 */
export function programFile(
  program: string,
  variables: Variables,
  root: string,
): string | undefined {
  const repository = repositoryOf(root)
  const candidates = isAbsolute(program)
    ? [program]
    : foldersOf(variables, root).map((folder) => join(folder, program))
  return candidates.find(
    (file) =>
      isProgram(file) &&
      [file, dirname(file)].every((each) => !isInside(repository, realpathSync(each))),
  )
}

/** Where programs are looked for. A relative one depends on where somebody stands. */
function foldersOf({ PATH = '' }: Variables, root: string): readonly string[] {
  const repository = repositoryOf(root)
  return PATH.split(delimiter)
    .filter(isAbsolute)
    .filter((folder) => !existsSync(folder) || !isInside(repository, realpathSync(folder)))
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

function repositoryOf(root: string): string {
  const real = realpathSync(root)
  for (let folder = real; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder
    if (folder === dirname(folder)) return real
  }
}

const isInside = (folder: string, file: string): boolean =>
  file === folder || file.startsWith(`${folder}${sep}`)
