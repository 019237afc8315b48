import { compareText } from '../../base/compare.ts'
import type { JsonObject } from '../../base/json.ts'
import { methodOf } from '../defaults.ts'
import { epochSeconds } from '../instant.ts'
import { compact, type Spec } from './members.ts'
import { referenceOf } from './secret.ts'

export function clientAuthSpec(spec: Spec<'Application'>): JsonObject {
  const { assertionAudience, secrets = [] } = spec.clientAuth ?? {}
  return compact({
    // Said only where it is not the usual one.
    assertionAudience: assertionAudience === 'endpoints' ? assertionAudience : undefined,
    method: methodOf(spec),
    secrets: secrets
      .map(({ id, value, expiresAt }) =>
        compact({
          expiresAt: expiresAt === undefined ? undefined : epochSeconds(expiresAt),
          id,
          value: referenceOf(value),
        }),
      )
      .sort((left, right) => compareText(String(left.id), String(right.id))),
  })
}
