/**
 * The peer, set up to do what `config-examples/bench` does: `node oidc-provider.ts <port> <format> <store> hashed`,
 * where the store is `memory`, or the URL of a database as tokenidp takes it. It takes every password; with
 * `hashed` it verifies one of ours, as we do.
 */
import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { argv } from 'node:process'
import { type Configuration, Provider, type ResourceServer } from 'oidc-provider'
import { openPasswords } from '../../src/base/password.ts'
import { API, CLIENT_SECRET, personNamed, REDIRECT_URI } from '../setting.ts'
import { onPostgres, onSqlite } from './adapters.ts'

const [, , port = '0', format = 'opaque', store = 'memory', hashed] = argv
const isJwt = format !== 'opaque'
const algorithm = format === 'es256' ? 'ES256' : 'RS256'

const adapterOf = async (): Promise<Pick<Configuration, 'adapter'>> => {
  if (store === 'memory') return {}
  if (store.startsWith('sqlite:')) return { adapter: onSqlite(store.slice('sqlite:'.length)) }
  return { adapter: await onPostgres(store) }
}

const keys = [
  generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  generateKeyPairSync('rsa', { modulusLength: 2048 }),
].map(({ privateKey }) => ({ ...privateKey.export({ format: 'jwk' }), use: 'sig' }))

const api: ResourceServer = {
  scope: 'read',
  audience: API,
  accessTokenTTL: 900,
  accessTokenFormat: 'jwt',
  jwt: { sign: { alg: algorithm } },
}

const issuer = `http://127.0.0.1:${port}`
const provider = new Provider(issuer, {
  ...(await adapterOf()),
  jwks: { keys },
  cookies: { keys: ['a key for the cookies of a benchmark'] },
  scopes: ['openid', 'offline_access', 'read'],
  claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
  clients: [
    {
      client_id: 'svc',
      client_secret: CLIENT_SECRET,
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      scope: 'read',
    },
    {
      client_id: 'web',
      client_secret: CLIENT_SECRET,
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: [REDIRECT_URI],
      response_types: ['code'],
      id_token_signed_response_alg: algorithm,
    },
  ],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: isJwt,
      defaultResource: () => API,
      useGrantedResource: () => true,
      getResourceServerInfo: () => api,
    },
  },
  interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
  issueRefreshToken: async () => true,
  rotateRefreshToken: true,
  findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  /** Consent is skipped, as for our own applications. */
  async loadExistingGrant(context) {
    const { client, session, result } = context.oidc
    const known = result?.consent?.grantId ?? session?.grantIdFor(client?.clientId ?? '')
    if (known !== undefined) return context.oidc.provider.Grant.find(known)
    const grant = new context.oidc.provider.Grant({
      clientId: client?.clientId ?? '',
      accountId: session?.accountId ?? '',
    })
    grant.addOIDCScope('openid offline_access read')
    if (isJwt) grant.addResourceScope(API, 'read')
    await grant.save()
    return grant
  },
})
provider.on('server_error', (_context, error) => process.stderr.write(`${error.stack}\n`))

const passwords = openPasswords()
const stored = hashed === 'hashed' ? await passwords.hash(personNamed(0).password) : undefined

const PAGE =
  '<!doctype html><title>Sign in</title><form method="post"><input name="username"><input name="password" type="password"><button>Sign in</button></form>'

async function interaction(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await provider.interactionDetails(request, response)
  if (request.method === 'GET') {
    response.setHeader('content-type', 'text/html').end(PAGE)
    return
  }
  let body = ''
  for await (const chunk of request) body += chunk
  const sent = new URLSearchParams(body)
  const accountId = sent.get('username') ?? ''
  if (stored !== undefined && !(await passwords.verify(sent.get('password') ?? '', stored)))
    throw new Error('the password is wrong')
  await provider.interactionFinished(request, response, { login: { accountId } })
}

const answer = provider.callback()
createServer((request, response) => {
  if (request.url?.startsWith('/interaction/'))
    interaction(request, response).catch((error: Error) => {
      response.writeHead(500).end(error.message)
    })
  else answer(request, response)
}).listen(Number(port), '127.0.0.1')
