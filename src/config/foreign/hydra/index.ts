/** Clients of Ory Hydra, as its command line and its admin API tell them: one, a list, or one after the other. */
import { isJsonObject, type Json } from '../../../base/json.ts'
import { isList } from '../path.ts'
import { type Product, remarksOf } from '../product.ts'
import { scopesAsked } from '../registration.ts'
import { tenantNames } from '../tenant-name.ts'
import { draftOf } from './client.ts'
import { ofClient } from './remarks.ts'

const isClient = (value: Json): boolean =>
  isJsonObject(value) &&
  typeof value.client_id === 'string' &&
  [
    'grant_types',
    'redirect_uris',
    'token_endpoint_auth_method',
    'response_types',
    'client_name',
    'scope',
  ].some((name) => Object.hasOwn(value, name))

const clientsIn = (value: Json): readonly Json[] | undefined => {
  if (isList(value)) return value
  return isJsonObject(value) && isList(value.items) ? value.items : undefined
}

export const hydra: Product = {
  name: 'hydra',
  title: 'Ory Hydra',
  export: 'what "hydra list clients --format json" or "hydra get client --format json" prints',
  isExport: (value) => {
    const clients = clientsIn(value)
    return clients === undefined ? isClient(value) : clients.length > 0 && clients.every(isClient)
  },
  remarks: [
    ...['', '#/', 'items/#/'].flatMap((prefix) =>
      ofClient.map((each) => ({ ...each, pattern: `${prefix}${each.pattern}` })),
    ),
    ...remarksOf(
      [
        'next_page_token',
        'there are more clients than these',
        'list them all: --page-size, --page-token',
        '',
      ],
      [
        'is_last_page',
        'there may be more clients than these',
        'list them all: --page-size, --page-token',
        true,
      ],
    ),
  ],
  read({ root }, asked) {
    const clients = isList(root.value)
      ? root.items()
      : clientsIn(root.value ?? null) === undefined
        ? [root]
        : root.at('items').items()
    const drafts = clients.flatMap((client) => draftOf(client) ?? [])
    const documents = scopesAsked(drafts)
    const name = tenantNames()('main', asked)
    const scopes = new Set(documents.map((each) => each.name))
    return { tenants: [{ name, spec: {}, documents, scopes, applications: drafts }] }
  },
}
