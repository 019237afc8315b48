import { isJsonObject } from '../base/json.ts'
import type { EpochSeconds } from '../base/time.ts'
import { SECRET_NOTICE } from '../config/defaults.ts'
import type { ConfigObject, LiveState, StoredSecret } from '../store/config-port.ts'
import { withOverrides } from './override/in-force.ts'
import { endOf } from './secret-end.ts'

/** A client secret with an end. */
export interface EndingSecret {
  readonly application: ConfigObject
  readonly id: string
  readonly endsAt: EpochSeconds
  /** No other secret of the application works for longer. */
  readonly isLast: boolean
}

type Live = Pick<LiveState, 'objects' | 'secrets' | 'overrides'>

/** The earliest first. One that a command issued is over when it has ended, unless nothing came after it. */
export function endingSecrets(live: Live, now: EpochSeconds): readonly EndingSecret[] {
  const { objects, secrets } = withOverrides(live, now)
  const byOwner = Map.groupBy(secrets, ({ ownerUid }) => ownerUid)
  return objects
    .filter(({ kind, spec }) => kind === 'Application' && spec.disabled !== true)
    .flatMap((application) => endingOf(application, byOwner.get(application.uid) ?? [], now))
    .toSorted((one, other) => one.endsAt - other.endsAt)
}

/** Those to be told of now: they end soon, or have ended and are still declared. */
export const noticedSecrets = (live: Live, now: EpochSeconds): readonly EndingSecret[] =>
  endingSecrets(live, now).filter(({ endsAt }) => endsAt < now + SECRET_NOTICE)

function endingOf(
  application: ConfigObject,
  stored: readonly StoredSecret[],
  now: EpochSeconds,
): readonly EndingSecret[] {
  const declared = declaredIn(application)
  const ends = stored
    .filter(({ secretId, issuedAt }) => issuedAt !== undefined || declared.has(secretId))
    .map((secret) => ({ secret, endsAt: endOf(secret) ?? Infinity }))
  const latest = Math.max(...ends.map(({ endsAt }) => endsAt))
  return ends
    .map(({ secret, endsAt }) => ({ secret, endsAt, isLast: endsAt === latest }))
    .filter(({ endsAt }) => endsAt < Infinity)
    .filter(({ secret, endsAt, isLast }) => endsAt > now || isLast || declared.has(secret.secretId))
    .map(({ secret, ...end }) => ({ application, id: secret.secretId, ...end }))
}

function declaredIn({ spec: { clientAuth } }: ConfigObject): ReadonlySet<unknown> {
  const secrets = isJsonObject(clientAuth) ? clientAuth.secrets : undefined
  return new Set(Array.isArray(secrets) ? secrets.filter(isJsonObject).map(({ id }) => id) : [])
}
