import type { Command, Option } from 'commander'
import { namesIn } from '../completion/names.ts'
import { valuesOf } from '../completion/values.ts'
import { withMembers } from '../grammar.ts'
import type { Invocation } from '../invocation.ts'

/** Something that may stand at the cursor, with what it means. */
interface Candidate {
  readonly text: string
  readonly meaning: string
}

/** What was typed before the cursor, as the grammar takes it. */
interface Typed {
  readonly command: Command
  readonly operands: readonly string[]
  /** Its value is what is being typed. */
  readonly open: Option | undefined
  /** By the names of flags. */
  readonly given: ReadonlyMap<string, string>
}

/** A name of a file may hold anything, and the shell reads what we print. */
const HARMLESS = /^[\w@%+=:,./*-]+$/

/** Prints what may stand at the cursor, and never why there is nothing. */
export async function complete(
  { world }: Invocation,
  root: Command,
  words: readonly string[],
): Promise<undefined> {
  const current = words.at(-1) ?? ''
  const typed = typedIn(root, words.slice(0, -1))
  const { candidates, hasFiles } = candidatesFor(typed, current, () =>
    namesIn(world, typed.given.get('config')),
  )
  const fitting = candidates.filter(({ text }) => text.startsWith(current) && HARMLESS.test(text))
  const lines = fitting.map(({ text, meaning }) => `${text}\t${meaning}\n`)
  world.io.out(`${lines.join('')}${hasFiles ? ':files\n' : ''}`)
  return undefined
}

const typedIn = (root: Command, words: readonly string[]): Typed =>
  words.reduce(after, { command: root, operands: [], open: undefined, given: new Map() })

function after(typed: Typed, word: string): Typed {
  const { command, operands, open } = typed
  if (open !== undefined) return { ...typed, open: undefined, given: withValue(typed, open, word) }
  if (word.startsWith('-')) return afterFlag(typed, word)
  const next = command.commands.find((each) => each.name() === word)
  return next === undefined
    ? { ...typed, operands: [...operands, word] }
    : { ...typed, command: withMembers(next) }
}

function afterFlag(typed: Typed, word: string): Typed {
  const [name = '', value] = word.split('=', 2)
  const option = optionsOf(typed.command).find(({ long, short }) => [long, short].includes(name))
  if (option === undefined) return typed
  if (value !== undefined) return { ...typed, given: withValue(typed, option, value) }
  return option.required ? { ...typed, open: option } : typed
}

const withValue = ({ given }: Typed, option: Option, value: string) =>
  new Map([...given, [option.attributeName(), value]])

function candidatesFor(typed: Typed, current: string, names: Parameters<typeof valuesOf>[1]) {
  const { command, operands, open } = typed
  if (open !== undefined) return valuesOf({ ...asked(open, command), operands }, names)
  if (current.startsWith('-')) return { candidates: flagsOf(command), hasFiles: false }
  const commands = command
    .createHelp()
    .visibleCommands(command)
    .map((each) => ({ text: each.name(), meaning: each.description() }))
  const taken = command.registeredArguments
  const argument = taken[operands.length] ?? taken.findLast(({ variadic }) => variadic)
  if (argument === undefined || commands.length > 0)
    return { candidates: operands.length === 0 ? commands : [], hasFiles: false }
  return valuesOf({ name: argument.name(), of: command.name(), choices: [], operands }, names)
}

const asked = ({ long, argChoices = [] }: Option, command: Command) => ({
  name: long ?? '',
  of: command.name(),
  choices: argChoices,
})

/** Those of the command, and those that every command takes. */
function optionsOf(command: Command): readonly Option[] {
  const { parent } = command
  return parent === null ? command.options : [...command.options, ...optionsOf(parent)]
}

const flagsOf = (command: Command): readonly Candidate[] =>
  optionsOf(command)
    .filter(({ hidden, long }) => !hidden && long !== undefined)
    .map(({ long, description }) => ({ text: long ?? '', meaning: description }))
