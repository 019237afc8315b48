/** A stretch between blanks; inside quotes of either kind everything stands for itself. */
const WORD = /\s*((?:[^\s"']|"[^"]*"|'[^']*')+)/y

/** A command as a shell would split it, without anything else that a shell does. `undefined` if a quote stays open. */
export function words(command: string): readonly string[] | undefined {
  const found: string[] = []
  const rest = new RegExp(WORD)
  let end = 0
  for (let match = rest.exec(command); match !== null; match = rest.exec(command)) {
    found.push((match[1] ?? '').replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'))
    end = rest.lastIndex
  }
  return command.slice(end).trim() === '' ? found : undefined
}
