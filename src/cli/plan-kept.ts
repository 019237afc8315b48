import { closeSync, openSync, readSync } from 'node:fs'
import type { Valid } from '../config/index.ts'
import { desiredOf } from '../deploy/saved/read.ts'
import { EXIT, Failure } from './exit.ts'
import type { Invocation } from './invocation.ts'
import { savedPlanIn } from './saved-plan.ts'

/** What a saved plan wants. It was valid when it was saved, and its documents are elsewhere. */
export type Kept = Pick<Valid, 'outcome' | 'state' | 'root' | 'sources' | 'diagnostics'>

/** Undefined where the file holds no JSON, and so documents. */
export function planKept(
  invocation: Invocation,
  path: string,
  environment: string | undefined,
): Kept | undefined {
  if (!isJson(path)) return undefined
  const state = desiredOf(savedPlanIn(invocation, path))
  const { name } = state.environment
  if (environment !== undefined && environment !== name)
    throw new Failure(
      EXIT.usage,
      `${path} is a plan for environment ${name}, and not for ${environment}`,
      `tokenidp diff -e ${name}`,
    )
  return { outcome: 'valid', state, root: '', sources: new Map(), diagnostics: [] }
}

function isJson(path: string): boolean {
  const start = Buffer.alloc(64)
  const file = openSync(path, 'r')
  try {
    readSync(file, start)
  } finally {
    closeSync(file)
  }
  return /^\s*\{/.test(start.toString('utf8'))
}
