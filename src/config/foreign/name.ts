/** Gives each thing a name that documents may have, and none the name of another; in the order in which they come. */
export function namesOf(
  reserved: Iterable<string> = [],
): (text: string, otherwise: string) => string {
  const taken = new Set<string>(reserved)
  return (text, otherwise) => {
    const wanted = slugOf(text) || otherwise
    const name = firstFree(wanted, taken)
    taken.add(name)
    return name
  }
}

function firstFree(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted
  for (let number = 2; ; number++) {
    const end = `-${number}`
    const name = `${wanted.slice(0, MAX_NAME - end.length).replace(/-+$/, '')}${end}`
    if (!taken.has(name)) return name
  }
}

const MAX_NAME = 63

/** Empty where nothing of the text is left. */
export const slugOf = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    // ß has no accent to lose: it becomes ss by way of its capital.
    .toUpperCase()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_NAME + 1)
    .replace(/^-+/, '')
    .slice(0, MAX_NAME)
    .replace(/-+$/, '')

/** Of an environment variable. */
export const variableOf = (...parts: readonly string[]): string => {
  const name = parts
    .join('_')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, '_')
  return /^[0-9]/.test(name) ? `_${name}` : name
}
