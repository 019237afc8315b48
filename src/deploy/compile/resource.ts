import { addressOf } from '../../config/desired-state.ts'
import { SIGNING_ALGORITHMS } from '../../model/key.ts'
import type { Resource, ScopeDefinition } from '../../model/resource.ts'
import type { ConfigObject } from '../../store/config-port.ts'

import { specOf } from '../spec-reader.ts'
import { compileClaims } from './claims.ts'

export function compileResource(
  object: ConfigObject,
  uidOfApplication: (name: string) => string | undefined,
): Resource {
  const spec = specOf(object)
  const tokens = spec.child('tokens')
  const introspectors = spec.texts('introspectors').map((name) => {
    const uid = uidOfApplication(name)
    if (uid === undefined) throw new Error(`${addressOf(object)} names ${name}, which is unknown`)
    return uid
  })
  return {
    uid: object.uid,
    name: object.name,
    identifier: spec.text('identifier'),
    displayName: spec.text('displayName'),
    scopes: spec.children('scopes').map((scope) => scope.text('name')),
    token: {
      format: tokens.oneOf('format', ['jwt', 'opaque']),
      algorithm: tokens.oneOf('algorithm', SIGNING_ALGORITHMS),
      lifetime: tokens.integer('ttl'),
    },
    claims: compileClaims(spec),
    introspectors: new Set(introspectors),
  }
}

export function scopesOfResource(object: ConfigObject): readonly ScopeDefinition[] {
  const spec = specOf(object)
  const resource = spec.text('identifier')
  return spec.children('scopes').map((scope) => ({
    name: scope.text('name'),
    displayName: scope.text('displayName'),
    description: scope.optionalText('description'),
    resource,
    claims: [],
  }))
}

export function compileScope(object: ConfigObject): ScopeDefinition {
  const spec = specOf(object)
  return {
    name: object.name,
    displayName: spec.text('displayName'),
    description: spec.optionalText('description'),
    resource: undefined,
    claims: spec.texts('claims'),
  }
}
