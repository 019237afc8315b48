import { isForSigning, type KeyAlgorithm } from '../../model/key.ts'
import type { Tenant } from '../../model/tenant.ts'
import { trustingIn } from '../../oauth/keys/trusting.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { instantText } from '../io.ts'
import { changingKeys, type WhyFlags } from '../key-change.ts'

interface PromoteFlags extends WhyFlags {
  readonly now?: boolean
}

/** Lets a standby key sign. */
export async function promote(
  invocation: Invocation,
  { now = false, reason }: PromoteFlags,
  name: string,
  kid: string,
): Promise<Outcome> {
  const { promoteKey } = await import('../../oauth/keys/by-hand.ts')
  return changingKeys(invocation, { name, verb: 'promote', reason }, async (keys, change) => {
    const found = await promoteKey(keys, change, { kid, immediately: now })
    if (found.outcome === 'unknown') throw unknownKey(name, kid)
    if (found.outcome === 'misplaced') throw misplaced('promoted', kid, found.state)
    if (found.outcome === 'early')
      throw new Failure(
        EXIT.refused,
        `verifiers may not know ${kid} before ${instantText(found.at)}`,
        `wait, or tokenidp keys promote ${name} --now -- ${kid}`,
      )
    const { key, superseded } = found
    return {
      exit: EXIT.ok,
      kind: 'KeyStep',
      body: { tenant: name, action: 'promote', kid, algorithm: key.algorithm, superseded },
      text: `${kid} ${verbOf(key.algorithm)} ${key.algorithm} now, where ${superseded} did.\n`,
    }
  })
}

/** Takes a key out of the JWKS that nothing needs. */
export async function retire(
  invocation: Invocation,
  { reason }: WhyFlags,
  name: string,
  kid: string,
): Promise<Outcome> {
  const { retireKey } = await import('../../oauth/keys/by-hand.ts')
  return changingKeys(invocation, { name, verb: 'retire', reason }, async (keys, change) => {
    const found = await retireKey(keys, change, kid)
    if (found.outcome === 'unknown') throw unknownKey(name, kid)
    if (found.outcome === 'misplaced') throw misplaced('retired', kid, found.state)
    if (found.outcome === 'early')
      throw new Failure(
        EXIT.refused,
        `something that ${kid} signed may be alive until ${instantText(found.at)}`,
        `wait; if it leaked: tokenidp keys revoke ${name} --compromised -- ${kid}`,
      )
    const { algorithm } = found.key
    return {
      exit: EXIT.ok,
      kind: 'KeyStep',
      body: { tenant: name, action: 'retire', kid, algorithm, superseded: null },
      text: `${kid} has left the JWKS.\n`,
    }
  })
}

interface RevokeFlags extends WhyFlags {
  readonly compromised?: boolean
  readonly replaceStandby?: boolean
  readonly endGrants?: boolean
}

/** In an emergency: nobody trusts the key any more, and another one signs at once. */
export async function revoke(
  invocation: Invocation,
  { compromised, replaceStandby = false, endGrants: isEnding = false, reason }: RevokeFlags,
  name: string,
  kid: string,
): Promise<Outcome> {
  if (compromised !== true)
    throw new Failure(
      EXIT.usage,
      'only a key that leaked is revoked: every token it signed ends',
      `tokenidp keys revoke ${name} --compromised -- ${kid}`,
    )
  const { revokeKey } = await import('../../oauth/keys/revoke.ts')
  const { endGrants } = await import('../../oauth/keys/end-grants.ts')
  const changing = { name, verb: 'revoke', reason, isReplacing: replaceStandby }
  return changingKeys(invocation, changing, async (keys, change) => {
    const found = await revokeKey(keys, change, { kid, replaceStandby })
    if (found.outcome === 'unknown') throw unknownKey(name, kid)
    // Ending grants may have been left half way, and is gone on with by the same words.
    if (found.outcome === 'already' && !isEnding) throw misplaced('revoked', kid, 'compromised')
    const { algorithm } = found.key
    const { standbys, successor = null } = found.outcome === 'already' ? NONE : found
    const endedGrants = isEnding ? await endGrants(keys, change, kid) : null
    const mustBeTold = toldOf(algorithm, change.tenant)
    const told = { algorithm, standbys, successor, endedGrants, mustBeTold }
    return {
      exit: EXIT.ok,
      kind: 'KeyRevocation',
      body: { tenant: name, kid, ...told },
      text: revokedText(kid, told),
    }
  })
}

const verbOf = (algorithm: KeyAlgorithm): string => (isForSigning(algorithm) ? 'signs' : 'opens')

const NONE = { standbys: [], successor: null }

interface Told {
  readonly algorithm: KeyAlgorithm
  readonly standbys: readonly string[]
  readonly successor: string | null
  readonly endedGrants: number | null
  readonly mustBeTold: ReturnType<typeof toldOf>
}

const revokedText = (
  kid: string,
  { algorithm, standbys, successor, endedGrants, mustBeTold }: Told,
): string =>
  [
    `${kid} is compromised: it has left the JWKS, and nothing ${isForSigning(algorithm) ? 'it signed is taken' : 'encrypted for it is opened'} here.`,
    ...standbys.map((each) => `So has ${each}, which was on standby.`),
    ...(successor === null ? [] : [`${successor} ${verbOf(algorithm)} ${algorithm} now.`]),
    ...(endedGrants === null
      ? []
      : [`${endedGrants} grants ended with it: refresh tokens, and access tokens of any form.`]),
    isForSigning(algorithm)
      ? 'Who verifies by a copy of the JWKS trusts it until they fetch a new one. Tell:'
      : 'What was encrypted for it can be read by others. Tell who may use it until they fetch a new JWKS:',
    ...mustBeTold.resources.map((each) => `  resource ${each}`),
    ...mustBeTold.applications.map((each) => `  application ${each}`),
    '',
  ].join('\n')

function toldOf(algorithm: KeyAlgorithm, tenant: Tenant) {
  const { resources, applications } = trustingIn(algorithm, tenant)
  return {
    resources: resources.map(({ identifier }) => identifier),
    applications: applications.map(({ name }) => name),
  }
}

const unknownKey = (name: string, kid: string): Failure =>
  new Failure(EXIT.failed, `there is no key "${kid}" in ${name}`, `tokenidp keys list ${name}`)

const misplaced = (done: string, kid: string, state: string): Failure =>
  new Failure(
    EXIT.refused,
    `${kid} is ${state}, and so it cannot be ${done}`,
    'tokenidp keys rotate lets another key sign in its place',
  )
