import type { JsonObject } from '../../../base/json.ts'
import { STANDARD_SCOPES } from '../../../model/resource.ts'
import type { ForeignDocument } from '../draft.ts'
import type { Foreign } from '../ledger.ts'
import { namesOf } from '../name.ts'
import { lifetimeOf, MOST, textOf } from '../said.ts'

interface Resources {
  readonly documents: readonly ForeignDocument[]
  readonly scopes: ReadonlySet<string>
  /** As the export writes them. */
  readonly identifiers: ReadonlySet<string>
}

const SIGNED = ['RS256', 'PS256', 'ES256']

/** The APIs. A scope has one of them in a tenant, so that it tells the audience. */
export function resourceDocuments(servers: Foreign): Resources {
  const nameFor = namesOf()
  const scopes = new Set<string>()
  const identifiers = new Set<string>()
  const documents = servers.items().flatMap((server): readonly ForeignDocument[] => {
    const identifier = server.at('identifier').text()
    const problem = whyNot(identifier, identifiers)
    if (identifier === undefined || problem !== undefined) {
      server.skip('an API', problem ?? '')
      return []
    }
    identifiers.add(identifier)
    const title = textOf(server.at('name'))
    const own = scopesOf(server.at('scopes'), scopes, identifier)
    const tokens = tokensOf(server)
    return [
      {
        kind: 'Resource',
        name: nameFor(title ?? identifier, 'api'),
        spec: {
          identifier,
          ...(title && { displayName: title }),
          ...(own.length > 0 && { scopes: own }),
          ...(Object.keys(tokens).length > 0 && { tokens }),
        },
      },
    ]
  })
  return { documents, scopes, identifiers }
}

function whyNot(identifier: string | undefined, known: ReadonlySet<string>): string | undefined {
  if (identifier === undefined) return 'it has no identifier'
  if (/##[A-Za-z0-9_]+##/.test(identifier))
    return 'its identifier holds a keyword of the deploy CLI: put the value in its place, and import again'
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:[^\s#]+$/.test(identifier) || identifier.length > 2048)
    return 'its identifier is not an absolute URI, which an audience is here: change it, and what the API checks'
  const same = [...known].some((each) => withPath(each) === withPath(identifier))
  return same ? 'another API has this identifier' : undefined
}

const withPath = (identifier: string): string =>
  URL.parse(identifier)?.pathname === '/' && !identifier.endsWith('/')
    ? `${identifier}/`
    : identifier

function scopesOf(from: Foreign, taken: Set<string>, identifier: string): readonly JsonObject[] {
  return from.items().flatMap((scope): readonly JsonObject[] => {
    const name = scope.at('value').text()
    const problem = whyNoScope(name, taken, identifier)
    if (name === undefined || problem !== undefined) {
      scope.skip(`the scope ${name?.slice(0, 80) ?? ''}`.trim(), problem ?? '')
      return []
    }
    taken.add(name)
    const description = textOf(scope.at('description'))
    return [{ name, ...(description && { description }) }]
  })
}

function whyNoScope(
  name: string | undefined,
  taken: ReadonlySet<string>,
  identifier: string,
): string | undefined {
  if (name === undefined) return 'it has no value'
  if (!/^[\x21\x23-\x5B\x5D-\x7E]{1,256}$/.test(name))
    return 'a scope is printable ASCII without spaces'
  if (Object.hasOwn(STANDARD_SCOPES, name)) return 'the name of a standard scope'
  if (name === identifier) return 'the name of the API: name what may be done with it'
  return taken.has(name)
    ? 'another API has a scope of this name, and one name means one API here: give it another one'
    : undefined
}

function tokensOf(server: Foreign): JsonObject {
  const length = server.at('token_lifetime')
  const ttl = lifetimeOf(length, length.count(), MOST.access)
  const from = server.at('signing_alg')
  const asked = from.text()
  const isKept = asked === 'RS256' || asked === 'ES256'
  if (asked !== undefined && !isKept)
    from.tell(
      `signed with ${asked.slice(0, 20)}`,
      SIGNED.includes(asked)
        ? `add ${asked} to a KeyPolicy and to tokens.algorithm`
        : 'APIs verify with the keys in jwks',
    )
  return { ...(isKept && { algorithm: asked }), ...(ttl && { ttl }) }
}
