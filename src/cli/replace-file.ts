import { readFileSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { randomToken } from '../base/random.ts'
import { EXIT, Failure } from './exit.ts'
import type { World } from './invocation.ts'
import { writeDurably } from './write-durably.ts'

interface Replacement {
  readonly path: string
  /** What it held when it was looked at. */
  readonly before: string
  readonly text: string
}

/** Whoever reads the file finds all of it, or what was there before. What was changed meanwhile is left alone. */
export function replaceFile({ path, before, text }: Replacement, { random }: World): void {
  let beside: string | undefined
  try {
    // A link stays one, and what it leads to is replaced.
    const target = realpathSync(path)
    if (readFileSync(target, 'utf8') !== before)
      throw new Failure(EXIT.stale, `${path} was changed meanwhile`, 'do it again')
    beside = join(dirname(target), `.${basename(target)}.${randomToken(random, 9)}.tmp`)
    writeDurably(beside, text, statSync(target).mode & 0o777)
    renameSync(beside, target)
  } catch (error) {
    if (beside !== undefined) rmSync(beside, { force: true })
    if (error instanceof Failure) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new Failure(EXIT.failed, `${path} cannot be written: ${why}`, 'check its permissions')
  }
}
