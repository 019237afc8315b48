import { X509Certificate } from 'node:crypto'
import { type SealingKey, sealedUnder, unseal } from '../../base/seal.ts'
import type { EpochSeconds } from '../../base/time.ts'
import { isForSigning, type KeyAlgorithm, linesOf, type StoredKey } from '../../model/key.ts'
import type { Tenant } from '../../model/tenant.ts'
import { coveredUntil } from '../../oauth/keys/cover.ts'
import { sealContext } from '../../oauth/keys/ring.ts'
import { keptReference } from '../../oauth/keys/vault.ts'
import { instantText } from '../io.ts'
import { bad, type Finding, good, unknown } from './finding.ts'

export interface KeysHeld {
  readonly tenant: Tenant
  readonly stored: readonly StoredKey[]
  readonly now: EpochSeconds
  readonly masterKey: SealingKey | undefined
}

/** What has to be so of the keys in the database. */
export const keyFindings = (state: KeysHeld): readonly Finding[] => [
  ...linesOf(state.tenant.keyPolicy).flatMap((algorithm) => lineFindings(algorithm, state)),
  ...state.stored.flatMap((key) => certificateFindings(key, state)),
  ...sealFindings(state),
]

function lineFindings(algorithm: KeyAlgorithm, state: KeysHeld): readonly Finding[] {
  const { stored, tenant } = state
  const keys = stored.filter((key) => key.algorithm === algorithm)
  const [active, ...others] = keys.filter((key) => key.state === 'active')
  const standbys = keys.filter((key) => key.state === 'pending')
  const verb = isForSigning(algorithm) ? 'signs' : 'opens'
  const rotate = `tokenidp keys rotate ${tenant.name} --alg ${algorithm}`
  if (active === undefined)
    return [bad('signer', `no ${algorithm} key ${verb}`, `start a server, or ${rotate}`)]
  if (others.length > 0)
    return [bad('signer', `${others.length + 1} ${algorithm} keys sign at once`, rotate)]
  const used = standbys.find(({ activatedAt }) => activatedAt !== undefined)
  return [
    good('signer', `${active.kid} ${verb} ${algorithm}`),
    standbys.length === 0
      ? bad('standby', `no ${algorithm} key is on standby`, `start a server, or ${rotate}`)
      : used === undefined
        ? good('standby', `${standbys.length} for ${algorithm}, never used`)
        : bad('standby', `${used.kid} is on standby and has signed`, 'retire it'),
    ...coverFindings(active, state),
  ]
}

const LEFT: readonly StoredKey['state'][] = ['retired', 'compromised']
const WEEKS = 14 * 86_400

/** Whoever looks at certificates takes no key whose own has ended. */
function certificateFindings(
  { kid, state, publicJwk: { x5c } }: StoredKey,
  { tenant, now }: KeysHeld,
): readonly Finding[] {
  if (!Array.isArray(x5c) || LEFT.includes(state)) return []
  const { validToDate } = new X509Certificate(Buffer.from(String(x5c[0]), 'base64'))
  const until = Math.floor(validToDate.getTime() / 1000)
  const said = `that of ${kid} ends ${instantText(until)}`
  if (until > now + WEEKS) return [good('certificate', said)]
  const next = `let another key take its place: tokenidp keys rotate ${tenant.name}`
  return [bad('certificate', said, next)]
}

/** Servers note half of `keepAfter` ahead, so that much may be missing. */
function coverFindings(active: StoredKey, { tenant, now }: KeysHeld): readonly Finding[] {
  const least = coveredUntil({ tenant, now }) - tenant.keyPolicy.keepAfter
  if (active.verifyUntil >= least) return []
  return [
    bad(
      'lifetimes',
      `${active.kid} is kept until ${instantText(active.verifyUntil)}, and what it signs now lives until ${instantText(least)}`,
      'start a server: it keeps the keys for as long as the lifetimes ask for',
    ),
  ]
}

function sealFindings({ stored, tenant, masterKey }: KeysHeld): readonly Finding[] {
  if (masterKey === undefined)
    return [unknown('sealing', 'no master key was given: whether it opens the keys is not known')]
  const needed = stored.filter(
    ({ state, sealedPrivate }) =>
      !LEFT.includes(state) && keptReference(sealedPrivate) === undefined,
  )
  const shut = needed.filter(
    ({ kid, sealedPrivate }) =>
      unseal(sealedPrivate, masterKey, sealContext(tenant.uid, kid)) === undefined,
  )
  if (shut.length === 0) return [good('sealing', `master key ${masterKey.id} opens them`)]
  return shut.map(({ kid, sealedPrivate }) =>
    bad(
      'sealing',
      `${kid} is sealed under master key ${sealedUnder(sealedPrivate)}, which is not given`,
      'set TOKENIDP_MASTER_KEYS_OLD to it, and then: tokenidp secrets rekey',
    ),
  )
}
