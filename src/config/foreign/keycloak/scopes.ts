import type { JsonObject } from '../../../base/json.ts'
import { STANDARD_SCOPES } from '../../../model/resource.ts'
import type { ForeignDocument, Written } from '../draft.ts'
import type { Foreign } from '../ledger.ts'
import { textOf, textsOf } from '../said.ts'

const SERVER = 'the server does this by itself'

/** Those that every realm has and that are no scopes of OpenID Connect. */
const BUILT_IN: Readonly<Record<string, string>> = {
  acr: SERVER,
  basic: SERVER,
  'web-origins': SERVER,
  service_account: SERVER,
  roles: 'declare a claim with roles: true where something reads it',
  'microprofile-jwt': 'declare a claim groups with roles: true where something reads it',
  organization: 'nothing here is like organizations',
  role_list: 'SAML is not served',
  saml_organization: 'SAML is not served',
}

/** The client scopes that are the realm's own. */
export function scopeDocuments(clientScopes: Foreign): readonly ForeignDocument[] {
  const known = new Set<string>()
  return clientScopes.items().flatMap((scope): readonly ForeignDocument[] => {
    const name = scope.at('name').text()
    const protocol = scope.at('protocol').text() ?? 'openid-connect'
    const problem = name === undefined ? 'it has no name' : whyNot(name, protocol, known)
    if (name === undefined || problem !== undefined) {
      scope.skip(`the client scope ${name ?? ''}`.trim(), problem ?? '')
      return []
    }
    known.add(name)
    const spec = specOf(scope)
    return [{ kind: 'Scope', name, ...(Object.keys(spec).length === 0 ? {} : { spec }) }]
  })
}

function whyNot(name: string, protocol: string, known: ReadonlySet<string>): string | undefined {
  if (Object.hasOwn(STANDARD_SCOPES, name))
    return 'a standard scope: it has the claims that OpenID Connect defines'
  if (Object.hasOwn(BUILT_IN, name)) return BUILT_IN[name]
  if (protocol !== 'openid-connect') return 'SAML is not served'
  if (known.has(name)) return 'there is another one of this name'
  if (!/^[\x21\x23-\x5B\x5D-\x7E]{1,256}$/.test(name))
    return 'a scope is printable ASCII without spaces'
  return undefined
}

function specOf(scope: Foreign): JsonObject {
  const displayName = ownText(scope.at('attributes').at('consent.screen.text'))
  const description = ownText(scope.at('description'))
  const claims = scope.at('protocolMappers').items().flatMap(releasedClaim)
  return {
    ...(displayName === undefined ? {} : { displayName }),
    ...(description === undefined ? {} : { description }),
    ...(claims.length === 0 ? {} : { claims: [...new Set(claims)] }),
  }
}

/** `${…}` names a text of the product itself. */
export function ownText(from: Foreign): string | undefined {
  const text = textOf(from)
  if (text === undefined || !/^\$\{[^}]*\}$/.test(text)) return text
  from.tell('a text that Keycloak has in several languages', 'write one where people read it')
  return undefined
}

/** An attribute that is released under its own name. */
function releasedClaim(mapper: Foreign): readonly string[] {
  const config = mapper.at('config')
  const kind = mapper.at('protocolMapper').text()
  const claim = config.at('claim.name').text()
  const attribute = config.at('user.attribute').text()
  const isReleased = config.at('userinfo.token.claim').text() === 'true'
  const isSame =
    kind === 'oidc-usermodel-attribute-mapper' && claim !== undefined && claim === attribute
  if (isSame && isReleased && /^[A-Za-z][A-Za-z0-9_]{0,127}$/.test(claim)) return [claim]
  mapper.skip(
    `a mapper of type ${kind ?? 'unknown'}`,
    'declare the claim in claims, with scope: and this scope',
  )
  return []
}

/** What a client gets by default or for the asking: here it asks for all of it. */
export function scopesOf(client: Foreign): readonly Written[] {
  const byDefault = client.at('defaultClientScopes')
  const own = textsOf(byDefault).flatMap(known)
  const custom = own.filter(({ text }) => !Object.hasOwn(STANDARD_SCOPES, text))
  if (custom.length > 0)
    byDefault.tell(
      'scopes that are granted without being asked for',
      'let the application ask for them in scope',
    )
  return [...own, ...textsOf(client.at('optionalClientScopes')).flatMap(known)]
}

function known(written: Written): readonly Written[] {
  const builtIn = Object.hasOwn(BUILT_IN, written.text) ? BUILT_IN[written.text] : undefined
  if (builtIn === undefined) return [written]
  written.from.tell(`the client scope ${written.text}`, builtIn)
  return []
}
