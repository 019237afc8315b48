/** What clients have in common whose products call their fields as registration does (RFC 7591 §2). */
import { GRANT_TYPES } from '../../model/application.ts'
import { STANDARD_SCOPES } from '../../model/resource.ts'
import type { Draft, ForeignDocument } from './draft.ts'
import type { Foreign } from './ledger.ts'
import { isList } from './path.ts'
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
