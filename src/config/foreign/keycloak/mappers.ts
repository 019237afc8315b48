import type { Json } from '../../../base/json.ts'
import { CLAIM_PLACES, SERVER_CLAIMS } from '../../../model/claims.ts'
import { standardFormBroken } from '../../../model/standard-claims.ts'
import type { ApplicationSpec } from '../draft.ts'
import type { Foreign } from '../ledger.ts'

type Claim = NonNullable<ApplicationSpec['claims']>[number]
type Source = Pick<Claim, 'value' | 'fromUser' | 'roles' | 'groups'>

const NAME = /^[A-Za-z][A-Za-z0-9_:/-]{0,127}$/

const AUDIENCE =
  'describe the API as a Resource: its identifier is the audience, for those who ask for a scope of it'

const INSTEAD: Readonly<Record<string, string>> = {
  'oidc-audience-mapper': AUDIENCE,
  'oidc-audience-resolve-mapper': AUDIENCE,
  'oidc-usermodel-client-role-mapper':
    'roles belong to the tenant here: declare a claim with roles: true',
  'oidc-full-name-mapper': 'the scope profile has the claim name',
  'oidc-address-mapper': 'the scope address has the claim address',
  'oidc-sha256-pairwise-sub-mapper':
    'write subject: pairwise; people get other subjects than they had',
}

/** The mappers of a client that are claims by declaration here. */
export function claimsOf(mappers: Foreign): readonly Claim[] {
  const known = new Set<string>()
  return mappers.items().flatMap((mapper): readonly Claim[] => {
    const claim = claimOf(mapper)
    if (claim === undefined) return []
    if (!known.has(claim.name)) {
      known.add(claim.name)
      return [claim]
    }
    mapper.skip(`a second mapper for the claim ${claim.name}`, 'keep one of the two')
    return []
  })
}

function claimOf(mapper: Foreign): Claim | undefined {
  const kind = mapper.at('protocolMapper').text() ?? 'unknown'
  const refuse = (instead: string): undefined =>
    void mapper.skip(`a mapper of type ${kind}`, instead)
  const config = mapper.at('config')
  const source = sourceOf(kind, config)
  if (source === undefined)
    return refuse(INSTEAD[kind] ?? 'declare a claim in claims, where one can say the same')
  const name = config.at('claim.name').text()
  if (name === undefined || !NAME.test(name))
    return refuse('a claim inside another one, or a name that cannot be one')
  if (SERVER_CLAIMS.has(name) || name === 'email_verified')
    return refuse(`the claim ${name} is set by the server`)
  const sample = source.roles || source.groups ? ['x'] : source.value
  const form = sample === undefined ? undefined : standardFormBroken(name, sample)
  if (form !== undefined) return refuse(`the standard claim ${name} must be ${form}`)
  const places = CLAIM_PLACES.filter((place) => config.at(FLAGS[place]).text() === 'true')
  if (places.length === 0) return refuse('it goes into no token and not to userinfo')
  return { name, ...source, in: places }
}

const FLAGS = {
  access_token: 'access.token.claim',
  id_token: 'id.token.claim',
  userinfo: 'userinfo.token.claim',
} as const

function sourceOf(kind: string, config: Foreign): Source | undefined {
  if (kind === 'oidc-usermodel-realm-role-mapper') return { roles: true }
  if (kind === 'oidc-group-membership-mapper') return { groups: true }
  if (kind === 'oidc-usermodel-attribute-mapper') {
    const attribute = config.at('user.attribute').text()
    return attribute !== undefined && NAME.test(attribute) ? { fromUser: attribute } : undefined
  }
  if (kind !== 'oidc-hardcoded-claim-mapper') return undefined
  const value = valueIn(config.at('claim.value').text(), config.at('jsonType.label').text())
  return value === undefined ? undefined : { value }
}

function valueIn(text: string | undefined, type = 'String'): Json | undefined {
  if (text === undefined || text.includes('\0') || !text.isWellFormed()) return undefined
  if (type === 'String') return text
  if (type === 'boolean') return text === 'true' || text === 'false' ? text === 'true' : undefined
  const number = Number(text)
  return /^(int|long)$/.test(type) && Number.isSafeInteger(number) ? number : undefined
}
