/** The configuration file of Authelia, for its OpenID Connect provider; also as it was before 4.38. */
import { isJsonObject, type Json } from '../../../base/json.ts'
import type { Foreign } from '../ledger.ts'
import { isList } from '../path.ts'
import type { Product } from '../product.ts'
import { scopesAsked } from '../registration.ts'
import { tenantNames } from '../tenant-name.ts'
import { draftOf } from './client.ts'
import { tokensBy } from './lifespans.ts'
import { remarks } from './remarks.ts'

const isExport = (value: Json): boolean => {
  const providers = isJsonObject(value) ? value.identity_providers : undefined
  const oidc = isJsonObject(providers) ? providers.oidc : undefined
  return isJsonObject(oidc) && isList(oidc.clients)
}

export const authelia: Product = {
  name: 'authelia',
  title: 'Authelia',
  export: 'its configuration file, with identity_providers.oidc.clients',
  isExport,
  remarks,
  read({ root }, asked) {
    const oidc = root.at('identity_providers').at('oidc')
    const tokensFor = tokensBy(oidc.at('lifespans'))
    const applications = oidc
      .at('clients')
      .items()
      .flatMap((client) => draftOf(client, tokensFor) ?? [])
    const documents = scopesAsked(applications)
    const scopes = new Set(documents.map(({ name }) => name))
    if (scopes.has('groups'))
      oidc.tell(
        'the claim that comes with the scope groups',
        'the Scope groups says nothing of people yet: write claims into it',
      )
    const name = tenantNames()('main', asked)
    const publicUrl = publicUrlOf(root)
    return {
      tenants: [{ name, spec: {}, documents, scopes, applications }],
      ...(publicUrl !== undefined && { publicUrl }),
    }
  },
}

/** Where people signed in, which is the issuer there. */
function publicUrlOf(root: Foreign): string | undefined {
  const [address] = root
    .at('session')
    .at('cookies')
    .items()
    .map((cookie) => cookie.at('authelia_url'))
  const url = URL.parse(address?.text() ?? '')
  if (address === undefined || url?.protocol !== 'https:') return undefined
  address.tell(
    'the issuer that applications know',
    'the issuer is {publicUrl}/{tenant} now: tell every application',
  )
  return url.origin
}
