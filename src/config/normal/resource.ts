import { compareText } from '../../base/compare.ts'
import type { JsonObject } from '../../base/json.ts'
import { RESOURCE } from '../defaults.ts'
import { seconds } from '../duration.ts'
import type { DocumentOf } from '../kinds.ts'

import { claimsSpec } from './claims.ts'
import { compact, sorted } from './members.ts'
export function resourceSpec({ metadata, spec }: DocumentOf<'Resource'>): JsonObject {
  const tokens = { ...RESOURCE, ...spec.tokens }
  return compact({
    claims: claimsSpec(spec.claims),
    identifier: spec.identifier,
    displayName: spec.displayName ?? metadata.name,
    scopes: (spec.scopes ?? [])
      .map(({ name, displayName = name, description }) =>
        compact({ name, displayName, description }),
      )
      .sort((left, right) => compareText(String(left.name), String(right.name))),
    tokens: { ...tokens, ttl: seconds(tokens.ttl) },
    introspectors: sorted(spec.introspectors),
  })
}

export function scopeSpec({ metadata, spec = {} }: DocumentOf<'Scope'>): JsonObject {
  const { displayName = metadata.name, description, claims } = spec
  return compact({ displayName, description, claims: sorted(claims) })
}
