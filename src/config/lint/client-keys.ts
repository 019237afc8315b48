import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { isPublicJwk, type Jwk } from '../../model/jwk.ts'
import { methodOf, usesKeys } from '../defaults.ts'
import type { Item } from '../schema.ts'
import type { Finding, Rule } from './rule.ts'

const MIN_RSA_BITS = 2048

/** A key that no signature can be verified with, or that cannot be told from another. */
export const usableKey: Rule = {
  code: 'TIDP3021',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const keys = item.document.spec.jwks?.keys ?? []
      for (const [index, key] of keys.entries()) {
        const why = whyUnusable(key) ?? whyUnnamed(key, keys.slice(0, index), keys.length)
        if (why !== undefined)
          yield { item, path: ['spec', 'jwks', 'keys', index], message: `this key ${why}` }
      }
    }
  },
}

function whyUnusable(key: Jwk): string | undefined {
  if (!isPublicJwk(key)) return undefined
  try {
    const { asymmetricKeyDetails } = createPublicKey({
      key: { ...key } as JsonWebKey,
      format: 'jwk',
    })
    const bits = asymmetricKeyDetails?.modulusLength ?? MIN_RSA_BITS
    return bits < MIN_RSA_BITS ? `has ${bits} bits, and RSA needs at least 2048` : undefined
  } catch {
    return 'is not a public key that can be read'
  }
}

function whyUnnamed(key: Jwk, before: readonly Jwk[], count: number): string | undefined {
  if (key.kid === undefined) return count > 1 ? 'has no kid, and there are several keys' : undefined
  return before.some(({ kid }) => kid === key.kid) ? 'has the kid of another one' : undefined
}

/** One of the two would never be looked at. */
export const keysOnce: Rule = {
  code: 'TIDP3022',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application'))
      if (item.document.spec.jwks !== undefined && item.document.spec.jwksUri !== undefined)
        yield {
          item,
          path: ['spec', 'jwksUri'],
          message: 'the keys are written out, and are to be fetched as well',
          hint: 'keep jwks or jwksUri',
        }
  },
}

/** It could never authenticate. */
export const neededKeys: Rule = {
  code: 'TIDP3023',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      if (hasKeys(item)) continue
      const hint = 'add jwks with its public keys, or jwksUri'
      const method = methodOf(item.document.spec)
      if (usesKeys(method))
        yield {
          item,
          path: ['spec', 'clientAuth', 'method'],
          message: `${method} is verified with keys of the application, and it has none`,
          hint,
        }
      for (const path of encryptions(item))
        yield {
          item,
          path,
          message: 'this is encrypted with a key of the application, and it has none',
          hint,
        }
    }
  },
}

function encryptions({ document: { spec } }: Item<'Application'>): readonly string[][] {
  const asked = [
    { encrypted: spec.tokens?.id?.encrypted, path: ['spec', 'tokens', 'id', 'encrypted'] },
    { encrypted: spec.userinfo?.encrypted, path: ['spec', 'userinfo', 'encrypted'] },
    { encrypted: spec.introspection?.encrypted, path: ['spec', 'introspection', 'encrypted'] },
  ]
  return asked.filter(({ encrypted }) => encrypted !== undefined).map(({ path }) => path)
}

const hasKeys = ({ document: { spec } }: Item<'Application'>): boolean =>
  spec.jwksUri !== undefined || (spec.jwks?.keys ?? []).length > 0

/** Whoever reads the answer on its way makes the keys. */
export const keysHttps: Rule = {
  code: 'TIDP2042',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { jwksUri } = item.document.spec
      if (jwksUri === undefined) continue
      const url = URL.parse(jwksUri)
      const isDev = graph.environment.document.spec.kind === 'dev'
      if (url?.protocol === 'https:' || (isDev && url?.protocol === 'http:')) continue
      yield {
        item,
        path: ['spec', 'jwksUri'],
        message: 'keys are fetched over https only',
        hint: 'write https://…; a host inside your network is allowed in the environment: outbound.allow',
      }
    }
  },
}
