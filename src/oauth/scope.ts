import { STANDARD_SCOPES } from '../model/resource.ts'
import { OAuthError } from './errors.ts'

/** RFC 6749 §3.3: scope-token. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/
const MAX_SCOPES = 100

/** The names in a `scope` parameter, each once, in the order asked; empty when it is absent. */
export function parseScope(text: string | undefined): readonly string[] {
  const names = [...new Set((text ?? '').split(' ').filter((name) => name !== ''))]
  if (names.length > MAX_SCOPES || !names.every((name) => SCOPE_TOKEN.test(name)))
    throw new OAuthError('invalid_scope', 'scope is not a list of scope names')
  return names
}

export const formatScope = (names: readonly string[]): string => names.join(' ')

export const isStandardScope = (name: string): boolean => Object.hasOwn(STANDARD_SCOPES, name)
