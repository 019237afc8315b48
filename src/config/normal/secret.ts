import type { JsonObject } from '../../base/json.ts'
import { Secret } from '../../base/secret.ts'
import type { SecretSource } from '../desired-state.ts'

import type { Spec } from './members.ts'

export type SecretValue = NonNullable<Spec<'User'>['password']>

const GENERATED_BYTES = 32

/** What is said of a secret, without the secret. */
export function referenceOf(value: SecretValue): JsonObject {
  const source = sourceOf(value, () => '')
  return source.from === 'literal' ? { from: 'literal' } : { ...source }
}

/** `place` answers what a literal is called wherever it would be printed. */
export function sourceOf(value: SecretValue, place: () => string): SecretSource {
  if (typeof value === 'string') return { from: 'literal', value: new Secret(value, place()) }
  if (value.fromEnv !== undefined) return { from: 'env', name: value.fromEnv }
  if (value.fromFile !== undefined) return { from: 'file', path: value.fromFile }
  if (value.fromSops !== undefined) return { from: 'sops', ...sopsPlace(value.fromSops) }
  if (value.fromExec !== undefined) return { from: 'exec', command: value.fromExec.command }
  return { from: 'generate', bytes: value.generate?.bytes ?? GENERATED_BYTES }
}

function sopsPlace(written: string): { readonly file: string; readonly path: string } {
  const end = written.indexOf('#')
  return { file: written.slice(0, end), path: written.slice(end + 1) }
}
