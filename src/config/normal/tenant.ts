import type { JsonObject } from '../../base/json.ts'
import { KEY_POLICY, TENANT } from '../defaults.ts'
import { seconds } from '../duration.ts'
import type { DocumentOf } from '../kinds.ts'

import { claimsSpec } from './claims.ts'
import { compact, type Spec, sorted } from './members.ts'
export function tenantSpec({ metadata, spec = {} }: DocumentOf<'Tenant'>): JsonObject {
  const { session, signIn, branding } = spec
  return compact({
    displayName: spec.displayName ?? metadata.name,
    branding: compact({ color: branding?.color ?? TENANT.color, logoUri: branding?.logoUri }),
    hosts: spec.hosts ?? [],
    par: spec.par === 'required' ? spec.par : undefined,
    keyPolicy: spec.keyPolicy,
    claims: claimsSpec(spec.claims),
    ciba: spec.ciba && noticesSpec(spec.ciba),
    session: {
      idle: seconds(session?.idle ?? TENANT.session.idle),
      absolute: seconds(session?.absolute ?? TENANT.session.absolute),
    },
    signIn: {
      maxFailures: signIn?.maxFailures ?? TENANT.signIn.maxFailures,
      lockout: seconds(signIn?.lockout ?? TENANT.signIn.lockout),
      passwordHash: signIn?.passwordHash ?? TENANT.signIn.passwordHash,
    },
    token: spec.token?.jsonBodies ? { jsonBodies: true } : undefined,
  })
}

const noticesSpec = (ciba: NonNullable<Spec<'Tenant'>['ciba']>): JsonObject =>
  compact({
    log: ciba.log ?? false,
    webhook: ciba.webhook,
    testHook: ciba.testHook ?? false,
  })

export function keyPolicySpec(spec: Spec<'KeyPolicy'>): JsonObject {
  const filled = { ...KEY_POLICY, ...spec }
  return compact({
    algorithms: sorted(filled.algorithms),
    // What was applied before there was encryption has the same form as what asks for none.
    encryption: filled.encryption?.length ? sorted(filled.encryption) : undefined,
    rotateEvery: seconds(filled.rotateEvery),
    publishAhead: seconds(filled.publishAhead),
    keepAfter: seconds(filled.keepAfter),
    rsaBits: filled.rsaBits,
  })
}
