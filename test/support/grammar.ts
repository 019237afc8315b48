import { withMembers } from '../../src/cli/grammar.ts'
import { program } from '../../src/cli/program.ts'

/** The words of every command that does something: `keys list`. */
export function everyCommand(): readonly string[] {
  const known: string[] = []
  const root = program({ out: () => undefined, err: () => undefined } as never, (command) => {
    const group = command.parent?.name() === 'tokenidp' ? '' : `${command.parent?.name()} `
    known.push(`${group}${command.name()}`)
  })
  for (const command of root.commands) withMembers(command)
  return known
}
