import type { Command } from 'commander'
import type { ExitCode } from './exit.ts'
import type { Invocation, Outcome } from './invocation.ts'

/** Does the work of one command. `undefined` when it has printed all there is (servers). */
type Work = (
  invocation: Invocation,
  flags: never,
  ...words: never[]
) => Promise<Outcome | ExitCode | undefined>

/** Ties a command to its work, which is loaded when it is needed. */
export type AddCommand = (command: Command, load: () => Promise<Work>) => void

/** Some commands that belong together. */
export type Line = (root: Command, add: AddCommand) => void

const MEMBERS = new WeakMap<Command, () => void>()

/** Commands below one, which are made when one of them is asked for: all of them at once is what takes long at a start. */
export function grouped(
  root: Command,
  [name, description]: readonly [name: string, description: string],
  members: (group: Command) => void,
): void {
  const made = root.command(name).description(description)
  MEMBERS.set(made, () => members(made))
  made.addHelpText('before', () => withMembers(made) && '')
}

/** The command, with those below it. */
export function withMembers(command: Command): Command {
  const make = MEMBERS.get(command)
  MEMBERS.delete(command)
  make?.()
  return command
}

/** For an option that may be given more than once. */
export const each = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
]

/** Other commands than lists whose text has columns. */
const TABLES: ReadonlySet<string> = new Set(['history', 'status', 'secrets check'])

/** Whether the text of a command is a table. */
export const hasTable = (command: Command): boolean =>
  command.name() === 'list' || TABLES.has(pathOf(command))

const pathOf = (command: Command): string =>
  command.parent?.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()

/** Of commands that write reports. */
export const reporting = (command: Command): Command =>
  command.option(
    '--report <format=file>',
    'also write sarif, junit, github, markdown, html or json to a file; any number',
    each,
  )
