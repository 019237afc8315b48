import { CLAIM_PLACES, type ClaimMapping, type ClaimSource } from '../../model/claims.ts'
import type { SpecReader } from '../spec-reader.ts'

export const compileClaims = (spec: SpecReader): readonly ClaimMapping[] =>
  spec.optionalChildren('claims').map((entry) => ({
    name: entry.text('name'),
    places: new Set(entry.someOf('in', CLAIM_PLACES)),
    scope: entry.optionalText('scope'),
    source: sourceOf(entry),
    matching: entry.optionalText('matching'),
  }))

function sourceOf(entry: SpecReader): ClaimSource {
  if (entry.has('value')) return { from: 'value', value: entry.json('value') }
  if (entry.has('fromUser')) return { from: 'user', path: entry.text('fromUser') }
  if (entry.has('template')) return { from: 'template', template: entry.text('template') }
  if (entry.has('groups')) return { from: 'groups' }
  return { from: entry.has('roles') ? 'roles' : 'permissions' }
}
