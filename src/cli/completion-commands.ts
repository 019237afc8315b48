import type { Line } from './grammar.ts'

/** What shells ask while somebody types. */
export const completions: Line = (root, add) => {
  add(
    root
      .command('completion <shell>')
      .description('print what completes commands, flags and names in bash, zsh, fish or pwsh'),
    async () => (await import('./commands/completion.ts')).completion,
  )
  add(root.command('__complete [words...]', { hidden: true }).allowUnknownOption(), async () => {
    const { complete } = await import('./commands/complete.ts')
    return (invocation, _flags, words) => complete(invocation, root, words)
  })
}
