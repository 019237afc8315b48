import { type Diagnostic, hasErrors } from '../base/diagnostic.ts'
import { EXIT, Failure } from './exit.ts'
import type { Documents, Invocation } from './invocation.ts'
import type { Paint } from './paint.ts'

/** Puts what was found into the document and into the reports, and shows as much of it as is wanted. */
export async function showDiagnostics(
  invocation: Invocation,
  found: readonly Diagnostic[],
  documents: Documents,
): Promise<void> {
  const { report, world, paint, global } = invocation
  report(found, documents)
  if (found.length === 0) return
  const { render } = await import('../config/index.ts')
  const shown = chosen(found, global.maxProblems)
  for (const diagnostic of shown)
    world.io.err(
      `${render(diagnostic, documents.sources.get(diagnostic.at.file), inColours(paint.err))}\n\n`,
    )
  if (shown.length < found.length) world.io.err(`${left(found, shown)}\n`)
  world.io.err(`${more(shown)}\n\n`)
}

/** In reading order. Errors first when there is not room for all: warnings keep nobody from going on. */
function chosen(found: readonly Diagnostic[], most: number): readonly Diagnostic[] {
  if (most === 0 || found.length <= most) return found
  const byGravity = [...found].sort((left, right) => gravity(right) - gravity(left))
  const kept = new Set(byGravity.slice(0, most))
  return found.filter((each) => kept.has(each))
}

const gravity = ({ severity }: Diagnostic): number => (severity === 'error' ? 1 : 0)

function left(found: readonly Diagnostic[], shown: readonly Diagnostic[]): string {
  const isShown = new Set(shown)
  const rest = found.filter((each) => !isShown.has(each))
  const errors = rest.filter(({ severity }) => severity === 'error').length
  const counts = [counted(errors, 'error'), counted(rest.length - errors, 'warning')]
  const told = counts.filter((each) => !each.startsWith('0 ')).join(' and ')
  return `and ${told} more; --max-problems 0 shows all`
}

export const counted = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`

/** One line for all: most people have met most codes before. */
function more(shown: readonly Diagnostic[]): string {
  const [first] = shown.filter(({ severity }) => severity === 'error' || !hasErrors(shown))
  return `more about a code: tokenidp explain ${first?.code ?? ''}`.trimEnd()
}

const inColours =
  (paint: Paint) =>
  (style: 'error' | 'warning' | 'frame' | 'help', text: string): string => {
    const hue = { error: paint.bad, warning: paint.warn, frame: paint.faint, help: paint.good }
    return hue[style](text)
  }

export function invalid(diagnostics: readonly Diagnostic[]): Failure {
  const count = diagnostics.filter(({ severity }) => severity === 'error').length
  const isFixable = diagnostics.some(({ fixes }) => fixes.length > 0)
  return new Failure(
    EXIT.invalid,
    `${counted(count, 'error')} in the documents; nothing was changed`,
    isFixable
      ? 'tokenidp fix, or correct them, then tokenidp validate'
      : 'correct them, then tokenidp validate',
  )
}
