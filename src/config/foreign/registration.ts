/** What clients have in common whose products call their fields as registration does (RFC 7591 §2). */
import { GRANT_TYPES } from '../../model/application.ts'
import { STANDARD_SCOPES } from '../../model/resource.ts'
import type { Draft, ForeignDocument } from './draft.ts'
import type { Foreign } from './ledger.ts'
import { isList } from './path.ts'
import type { RemarkLine } from './product.ts'
import { textsOf } from './said.ts'

export function grantsOf(client: Foreign): Draft['grants'] {
  const from = client.at('grant_types')
  tellOfResponses(client.at('response_types'))
  // RFC 7591 §2: what is not said.
  if (from.value === undefined || (isList(from.value) && from.value.length === 0))
    return [{ grant: 'authorization_code', from: client }]
  return from.items().flatMap((item) => {
    const text = item.text()
    const grant = GRANT_TYPES.find((each) => each === text && each !== 'password')
    if (grant !== undefined) return [{ grant, from: item }]
    item.tell(
      `the grant ${text ?? ''}`,
      'it is not served, or OAuth 2.1 removes it: move to authorization_code',
    )
    return []
  })
}

/** Whether somebody signs in for it, so that it is a web application. */
export const actsForSomebody = (grants: Draft['grants']): boolean =>
  grants.some(({ grant }) => grant !== 'client_credentials' && grant !== 'refresh_token')

export function jwksUriOf(client: Foreign): Draft['jwksUri'] {
  const from = client.at('jwks_uri')
  const text = from.text()
  return text === undefined ? undefined : { text, from }
}

/** The algorithms that a client says, and that follow from its keys here. */
export const SIGNED_BY_CLIENT: readonly RemarkLine[] = [
  [
    'request_object_signing_alg',
    'how it signs its requests',
    'write requestObject with algorithm',
    'none',
  ],
  [
    'token_endpoint_auth_signing_alg',
    'how it signs its assertions',
    'any algorithm that its keys are for is taken',
  ],
]

function tellOfResponses(from: Foreign): void {
  for (const { text, from: item } of textsOf(from))
    if (text !== 'code')
      item.tell(`the response type "${text.slice(0, 40)}"`, 'OAuth 2.1 removes it: move to code')
}

/** Where scopes are described nowhere: those that clients may ask for are all there are. */
export function scopesAsked(drafts: readonly Draft[]): readonly ForeignDocument[] {
  const asked = new Set(drafts.flatMap(({ scopes = [] }) => scopes.map(({ text }) => text)))
  return [...asked]
    .filter((name) => !Object.hasOwn(STANDARD_SCOPES, name))
    .filter((name) => /^[\x21\x23-\x5B\x5D-\x7E]{1,256}$/.test(name))
    .map((name) => ({ kind: 'Scope', name }))
}
