import { ROOT } from './command.ts'
import { applied, type Serving, serving } from './serving.ts'

export const WEB = {
  id: 'web',
  secret: 'web-secret',
  redirectUri: 'http://127.0.0.1:8400/callback',
  scope: 'openid profile email offline_access orders:read',
}
export const WORKER = { id: 'worker', secret: 'worker-secret', scope: 'orders:read' }
export const ORDERS_API = 'https://api.acme.example'

/** `tokenidp serve` in front of the applied quickstart. */
export async function servingQuickstart(databaseUrl: string): Promise<Serving> {
  await applied(`${ROOT}config-examples/quickstart`, databaseUrl)
  return serving({ databaseUrl })
}
