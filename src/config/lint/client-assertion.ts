import { methodOf, usesKeys } from '../defaults.ts'
import type { SecretValue } from '../normal/secret.ts'
import { SEALED_BYTES } from '../secrets.ts'
import type { Finding, Rule } from './rule.ts'

/** RFC 7518 §3.2. What is behind a reference is measured when it is read. */
export const shortSecret: Rule = {
  code: 'TIDP2043',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      if (methodOf(item.document.spec) !== 'client_secret_jwt') continue
      const secrets = item.document.spec.clientAuth?.secrets ?? []
      for (const [index, { id, value }] of secrets.entries()) {
        if (knownBytes(value) >= SEALED_BYTES) continue
        yield {
          item,
          path: ['spec', 'clientAuth', 'secrets', index, 'value'],
          message: `client_secret_jwt signs with the secret "${id}", which has fewer than 32 bytes`,
          hint: 'use at least 32, for instance { generate: {} }',
        }
      }
    }
  },
}

/** As far as it is known here. */
function knownBytes(value: SecretValue): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  return value.generate?.bytes ?? SEALED_BYTES
}

/** What is addressed to an endpoint can be replayed at another server that has the same one in its metadata. */
export const assertionAudience: Rule = {
  code: 'TIDP2044',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application'))
      if (item.document.spec.clientAuth?.assertionAudience === 'endpoints')
        yield {
          item,
          path: ['spec', 'clientAuth', 'assertionAudience'],
          message: 'assertions may be addressed to an endpoint instead of the issuer',
          hint: 'keep it only for a library that cannot address the issuer',
        }
  },
}

/** An application has one way to prove who it is. */
export const unusedSecret: Rule = {
  code: 'TIDP3024',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { clientAuth } = item.document.spec
      const method = methodOf(item.document.spec)
      if (!usesKeys(method)) continue
      if ((clientAuth?.secrets ?? []).length === 0) continue
      yield {
        item,
        path: ['spec', 'clientAuth', 'secrets'],
        message: `${method} takes no secret`,
        hint: 'remove the secrets',
      }
    }
  },
}
