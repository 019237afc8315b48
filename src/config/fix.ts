import { type Diagnostic, hasErrors } from '../base/diagnostic.ts'
import { applyFixes } from './apply-fixes.ts'

/** What is found when files have these texts instead of their own. */
export type Check = (texts: ReadonlyMap<string, string>) => {
  readonly diagnostics: readonly Diagnostic[]
  readonly sources: ReadonlyMap<string, string>
}

export interface Fixes {
  /** The files that changed, with their new text. */
  readonly texts: ReadonlyMap<string, string>
  readonly made: readonly Diagnostic[]
  /** What is found afterwards. */
  readonly left: readonly Diagnostic[]
  readonly sources: ReadonlyMap<string, string>
}

/** A fix may uncover what could not be seen before: a field must have its name before its value is checked. */
const MOST_ROUNDS = 10

/** Makes what can be made without a person's judgement, until nothing of it is left. Writes nothing. */
export function fixAll(check: Check): Fixes {
  let texts: ReadonlyMap<string, string> = new Map()
  let now = check(texts)
  const made: Diagnostic[] = []
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = new Map(texts)
    const making: Diagnostic[] = []
    for (const [file, found] of Map.groupBy(now.diagnostics.filter(isFixable), fileOf)) {
      const fixed = applyFixes(now.sources.get(file) ?? '', found)
      next.set(file, fixed.text)
      making.push(...fixed.made)
    }
    if (making.length === 0) break
    const after = check(next)
    // Such a fix would be a mistake of ours, and the file is worth more.
    if (hasErrors(after.diagnostics.filter(isUnreadable))) break
    texts = next
    now = after
    made.push(...making)
  }
  return { texts, made, left: now.diagnostics, sources: now.sources }
}

const isFixable = ({ fixes }: Diagnostic): boolean => fixes.length > 0

const fileOf = ({ at }: Diagnostic): string => at.file

/** 0xxx: what is no document any more. */
const isUnreadable = ({ code }: Diagnostic): boolean => code.startsWith('TIDP0')
