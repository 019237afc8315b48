import type { Command } from 'commander'
import type { Invocation, Outcome } from './invocation.ts'

/** What a command's own flags look like once parsed. */
export type Flags = Readonly<Record<string, unknown>>

/** Does the work of one command. `undefined` when it has printed all there is (servers). */
export type Work = (
  invocation: Invocation,
  flags: Flags,
  ...words: (string | readonly string[] | undefined)[]
) => Promise<Outcome | undefined>

/** Ties a command to its work. */
export type AddCommand = (command: Command, work: Work) => void

type Line = (root: Command, add: AddCommand) => void

const str = (value: unknown): string => String(value)

/** In the order of the help. */
export const COMMANDS: readonly Line[] = [
  (root, add) =>
    add(
      root.command('version').description('print the versions of the program and of Node'),
      async (invocation) => (await import('./commands/version.ts')).version(invocation),
    ),
  (root, add) =>
    add(
      root.command('init [directory]').description('create a working project, with comments'),
      async (invocation, _flags, directory) =>
        (await import('./commands/init.ts')).init(invocation, str(directory ?? '.')),
    ),
]
