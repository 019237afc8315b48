import type { Diagnostic, Position } from '../base/diagnostic.ts'
import { STANDARD_SCOPES } from '../model/resource.ts'
import { type Code, diagnostic } from './codes.ts'
import { addressKey, nameOf, scopesOf, tenantOf } from './graph.ts'
import type { Path } from './locate.ts'
import type { Item } from './schema.ts'

/** Something that may exist once among those with the same key. */
interface Claim {
  readonly key: string
  readonly what: string
  readonly at: Position
}

/** What is there twice, at the second place, with the first one beside it. */
export function checkUnique(items: readonly Item[]): readonly Diagnostic[] {
  const twice = findTwice('TIDP1201', items.map(addressClaim))
  if (twice.length > 0) return twice
  return findTwice('TIDP1202', [...standardScopes(items), ...items.flatMap(identifierClaims)])
}

function findTwice(code: Code, claims: readonly Claim[]): Diagnostic[] {
  return [...Map.groupBy(claims, ({ key }) => key).values()].flatMap(([first, ...others]) =>
    others.map(({ what, at }) =>
      diagnostic(code, at, `${what} is already taken`, {
        hint: 'rename one of the two, or remove it',
        related: first === undefined ? [] : [{ message: 'first written here', at: first.at }],
      }),
    ),
  )
}

const addressClaim = (item: Item): Claim => ({
  key: addressKey(item),
  what: `${item.kind} "${nameOf(item)}"${tenantOf(item) && ` of tenant "${tenantOf(item)}"`}`,
  at: item.source.at(['metadata', 'name']),
})

function identifierClaims(item: Item): readonly Claim[] {
  const tenant = tenantOf(item)
  const claim = (group: string, value: string, path: Path): Claim => ({
    key: `${group}/${tenant}/${value}`,
    what: `the ${group} "${value}"`,
    at: item.source.at(path),
  })
  switch (item.kind) {
    case 'Application':
      return [
        claim('clientId', item.document.spec.clientId ?? nameOf(item), ['spec', 'clientId']),
        ...secretClaims(item, claim),
      ]
    case 'Resource':
      return [
        claim('identifier', withPath(item.document.spec.identifier), ['spec', 'identifier']),
        ...scopesOf(item).map(({ name, at }) => ({ ...claim('scope', name, []), at })),
      ]
    case 'Scope':
      return [claim('scope', nameOf(item), ['metadata', 'name'])]
    case 'Tenant':
      return (item.document.spec?.hosts ?? []).map((host, index) =>
        claim('host', host, ['spec', 'hosts', index]),
      )
    case 'User':
      return loginClaims(item, claim)
    default:
      return []
  }
}

const secretClaims = (
  item: Item<'Application'>,
  claim: (group: string, value: string, path: Path) => Claim,
): readonly Claim[] =>
  (item.document.spec.clientAuth?.secrets ?? []).map(({ id }, index) => {
    const path = ['spec', 'clientAuth', 'secrets', index, 'id']
    return { ...claim(`secret of ${nameOf(item)}`, id, path), what: `the secret "${id}"` }
  })

/** People sign in by either, without regard to case: one person's name cannot be another's address. */
function loginClaims(
  item: Item<'User'>,
  claim: (group: string, value: string, path: Path) => Claim,
): readonly Claim[] {
  const { username = nameOf(item), email } = item.document.spec
  const claims = [claim('login', username.toLowerCase(), ['spec', 'username'])]
  if (email === undefined || email.toLowerCase() === username.toLowerCase()) return claims
  return [...claims, claim('login', email.toLowerCase(), ['spec', 'email'])]
}

/** RFC 8707 §2: an empty path and `/` name the same resource. */
const withPath = (identifier: string): string =>
  URL.parse(identifier)?.pathname === '/' && !identifier.endsWith('/')
    ? `${identifier}/`
    : identifier

/** Nobody may redefine what OpenID Connect defines. */
const standardScopes = (items: readonly Item[]): readonly Claim[] =>
  items
    .filter(({ kind }) => kind === 'Tenant')
    .flatMap((item) =>
      Object.keys(STANDARD_SCOPES).map((name) => ({
        key: `scope/${nameOf(item)}/${name}`,
        what: `the scope "${name}"`,
        at: item.source.at(['metadata', 'name']),
      })),
    )
