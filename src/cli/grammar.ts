import type { Command } from 'commander'
import type { Invocation, Outcome } from './invocation.ts'

/** Does the work of one command. `undefined` when it has printed all there is (servers). */
type Work = (
  invocation: Invocation,
  flags: never,
  ...words: never[]
) => Promise<Outcome | undefined>

/** Ties a command to its work, which is loaded when it is needed. */
export type AddCommand = (command: Command, load: () => Promise<Work>) => void

/** Some commands that belong together. */
export type Line = (root: Command, add: AddCommand) => void
