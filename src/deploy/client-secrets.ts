import { digest } from '../base/digest.ts'
import { type Random, randomToken } from '../base/random.ts'
import { type SealingKey, seal } from '../base/seal.ts'
import { Secret } from '../base/secret.ts'
import type { EpochSeconds, Seconds } from '../base/time.ts'
import { addressOf } from '../config/desired-state.ts'
import { secretPurpose } from '../model/sealed-secret.ts'
import type { ConfigObject, ConfigStore, StoredSecret } from '../store/config-port.ts'
import type { About } from './apply/applying.ts'
import { liveDigest } from './plan/digests.ts'
import { READER } from './reader.ts'
import { Refusal } from './refusal.ts'
import { checkSealing } from './sealing.ts'
import { endOf } from './secret-end.ts'
import { fingerprint } from './secrets.ts'

/** A second secret for an application, beside those that end because of it. */
export interface Issuing {
  readonly config: ConfigStore
  readonly application: ConfigObject
  /** How long the others still work. */
  readonly keep: Seconds
  /** When the new one ends; never where it is left out. */
  readonly expiresAt: EpochSeconds | undefined
  readonly random: Random
  readonly now: EpochSeconds
  readonly lockTimeoutMs: number
  readonly sealingKey: () => SealingKey
  /** The only moment at which the value can be told. What it throws rolls everything back. */
  readonly tell: (secret: Issued) => void
  readonly beforeCommit: () => void
  readonly about: About
}

export interface Issued {
  readonly id: string
  readonly value: string
  readonly expiresAt: EpochSeconds | undefined
  /** The secrets that end, and when at the latest. */
  readonly ending: readonly string[]
  readonly endsAt: EpochSeconds
}

const BYTES = 32

/** Issues it in a revision of its own. Documents know nothing of it, and leave it alone. */
export const issueSecret = (issuing: Issuing): Promise<Issued> =>
  issuing.config.transaction(issuing.lockTimeoutMs, async (tx) => {
    const { application, now, random, about } = issuing
    const live = await tx.live()
    const address = addressOf(application)
    const current = live.objects.find(({ uid }) => uid === application.uid)
    if (current === undefined) throw new Refusal('stale', `${address} was deleted meanwhile`)
    const others = live.secrets.filter(({ ownerUid }) => ownerUid === application.uid)
    const value = new Secret(randomToken(random, BYTES), 'issued')
    const sealingKey = usesSealed(current) ? issuing.sealingKey() : undefined
    if (sealingKey !== undefined) await checkSealing(tx, sealingKey)
    const id = `issued-${now}-${randomToken(random, 3)}`
    const endsAt = now + issuing.keep
    const stored: StoredSecret = {
      ownerUid: application.uid,
      secretId: id,
      verifier:
        sealingKey === undefined
          ? digest(value.reveal())
          : seal(value.reveal(), sealingKey, secretPurpose(application.uid, id), random),
      fingerprint: fingerprint(live.meta.pepper, value),
      expiresAt: issuing.expiresAt,
      issuedAt: now,
    }
    const ending = others.filter((each) => (endOf(each) ?? endsAt) > now)
    await tx.endSecrets(application.uid, endsAt)
    await tx.putSecrets([stored])
    await tx.touch([application.uid], live.revision + 1)
    await tx.record([
      {
        revision: live.revision + 1,
        at: now,
        actor: about.actor,
        action: 'issue-secret',
        address,
        objectUid: application.uid,
        details: { secrets: [{ id, action: 'issue' }], endsAt, reason: about.reason ?? null },
      },
    ])
    const issued = {
      id,
      value: value.reveal(),
      expiresAt: issuing.expiresAt,
      ending: ending.map(({ secretId }) => secretId),
      endsAt,
    }
    issuing.tell(issued)
    await tx.commitRevision({
      ...about,
      owner: application.owner,
      kind: 'secrets',
      desiredDigest: '',
      liveDigest: liveDigest(live.objects, application.owner),
      minReader: String(READER),
      planFingerprint: undefined,
      summary: { create: [], update: [address], delete: [] },
      source: undefined,
      createdAt: now,
    })
    issuing.beforeCommit()
    return issued
  })

const usesSealed = ({ spec }: ConfigObject): boolean => {
  const auth = spec.clientAuth
  return typeof auth === 'object' && auth !== null && 'method' in auth
    ? auth.method === 'client_secret_jwt'
    : false
}
