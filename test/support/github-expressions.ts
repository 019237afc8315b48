/** The expressions of GitHub Actions that our recipes use: paths, texts, ==, &&, ! and three functions. */
export type Context = Readonly<Record<string, unknown>>

/** The text with what stands in `${{ }}` worked out. */
export const evaluated = (text: string, context: Context): string =>
  text.replace(/\$\{\{\s*(.+?)\s*\}\}/g, (_, expression: string) =>
    String(worth(expression, context) ?? ''),
  )

/** A step runs as long as all is well, or as it says. */
export function isMet(condition: string | undefined, context: Context, isWell: boolean): boolean {
  if (condition === undefined) return isWell
  const expression = condition.replace(/^\$\{\{\s*|\s*\}\}$/g, '')
  const isAlways = /\balways\(\)/.test(expression)
  return (isWell || isAlways) && worth(expression, context) === true
}

function worth(expression: string, context: Context): unknown {
  const text = expression.trim()
  const both = text.split('&&')
  if (both.length > 1) return both.every((each) => worth(each, context) === true)
  const [left = '', right] = text.split('==')
  if (right !== undefined) return worth(left, context) === worth(right, context)
  if (text.startsWith('!')) return worth(text.slice(1), context) !== true
  if (text === 'always()') return true
  const [, list, member] = /^contains\((.+), (.+)\)$/.exec(text) ?? []
  if (list !== undefined && member !== undefined) {
    const found = worth(list, context)
    return Array.isArray(found) && found.includes(worth(member, context))
  }
  const [, literal] = /^'([^']*)'$/.exec(text) ?? []
  return literal ?? at(text.split('.'), context)
}

function at([name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value
  if (name === '*') return Array.isArray(value) ? value.map((each) => at(rest, each)) : []
  return at(rest, typeof value === 'object' ? Reflect.get(value ?? {}, name) : undefined)
}
