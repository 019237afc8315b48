import { decodeJwt } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { document, project, write } from '../support/cli.ts'
import { joined } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { applied, serving } from '../support/serving.ts'

const HEAD = 'apiVersion: tokenidp.dev/v1\n'

const DOCUMENTS = joined(
  `${HEAD}kind: Project\nmetadata: { name: asked }\n`,
  `${HEAD}kind: Environment\nmetadata: { name: dev }\nspec: { kind: dev, publicUrl: 'http://127.0.0.1:4000' }\n`,
  `${HEAD}kind: Tenant\nmetadata: { name: acme }\n`,
  `${HEAD}kind: Resource
metadata: { tenant: acme, name: orders }
spec: { identifier: 'https://orders.acme.example', scopes: [{ name: 'orders:read' }, { name: 'orders:write' }], tokens: { ttl: 7m } }
`,
  `${HEAD}kind: Resource
metadata: { tenant: acme, name: bills }
spec: { identifier: 'https://bills.acme.example', scopes: [{ name: 'bills:read' }] }
`,
  `${HEAD}kind: Application
metadata: { tenant: acme, name: shop }
spec:
  type: spa
  redirectUris: [https://shop.acme.example/callback]
  scopes: [openid, email, 'orders:read', 'bills:read']
`,
  `${HEAD}kind: Application
metadata: { tenant: acme, name: tool }
spec: { type: native, redirectUris: ['http://127.0.0.1/callback'], scopes: [openid] }
`,
  `${HEAD}kind: Application
metadata: { tenant: acme, name: pushing }
spec: { type: spa, par: required, redirectUris: [https://p.acme.example/], scopes: [openid] }
`,
  `${HEAD}kind: Application
metadata: { tenant: acme, name: gone }
spec: { type: spa, disabled: true, redirectUris: [https://gone.acme.example/], scopes: [openid] }
`,
  `${HEAD}kind: Application
metadata: { tenant: acme, name: worker }
spec:
  type: machine
  scopes: ['orders:read', 'bills:read']
  tokens: { access: { ttl: 5m } }
  clientAuth: { secrets: [{ id: a, value: worker-secret }] }
`,
)

interface Asked {
  readonly application: string
  readonly when: Readonly<Record<string, unknown>>
}

const address = (application: string, redirectUri: string): Asked => ({
  application,
  when: { redirectUri },
})

const authorize = (asked: object, application = 'shop'): Asked => ({
  application,
  when: { authorize: { scope: 'openid', ...asked } },
})

const worker = (clientCredentials: object): Asked => ({
  application: 'worker',
  when: { clientCredentials },
})

const origin = (corsOrigin: string): Asked => ({ application: 'shop', when: { corsOrigin } })

const QUESTIONS: readonly Asked[] = [
  address('shop', 'https://shop.acme.example/callback'),
  address('shop', 'https://shop.acme.example/callback/'),
  address('shop', 'https://SHOP.acme.example/callback'),
  address('shop', 'https://shop.acme.example:443/callback'),
  address('tool', 'http://127.0.0.1:51004/callback'),
  address('tool', 'http://localhost:51004/callback'),
  address('gone', 'https://gone.acme.example/'),
  authorize({}),
  authorize({ pkce: 'none' }),
  authorize({ pkce: 'plain' }),
  authorize({ scope: 'openid admin' }),
  authorize({ scope: 'openid orders:write' }),
  authorize({ scope: 'openid orders:read', resource: 'https://bills.acme.example' }),
  authorize({ resource: 'https://other.example' }),
  authorize({ parameters: { prompt: 'none login' } }),
  authorize({ parameters: { response_mode: 'fragment' } }),
  authorize({ pushed: false }, 'pushing'),
  worker({}),
  worker({ scope: 'orders:read' }),
  worker({ scope: 'orders:write' }),
  worker({ scope: 'openid' }),
  worker({ resource: 'https://bills.acme.example/' }),
  worker({ scope: 'orders:read', resource: 'https://bills.acme.example' }),
  origin('https://shop.acme.example'),
  origin('https://gone.acme.example'),
  origin('https://elsewhere.example'),
]

const CHALLENGES: Readonly<Record<string, object>> = {
  S256: { code_challenge: 'c'.repeat(43), code_challenge_method: 'S256' },
  plain: { code_challenge: 'c'.repeat(43), code_challenge_method: 'plain' },
  none: {},
}

const FIRST: Readonly<Record<string, string>> = {
  shop: 'https://shop.acme.example/callback',
  pushing: 'https://p.acme.example/',
}

/** What a real server makes of it, as a test would expect it. */
async function answered({ application, when }: Asked, issuer: string): Promise<unknown> {
  if (typeof when.corsOrigin === 'string') return scripted(when.corsOrigin, issuer)
  if (when.clientCredentials !== undefined) return token({ ...when.clientCredentials }, issuer)
  const { redirectUri = FIRST[application], ...asked } = { ...when, ...Object(when.authorize) }
  const { scope = 'openid', resource, pkce = 'S256', parameters } = asked
  const query = new URLSearchParams({
    client_id: application,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope,
    ...(resource === undefined ? {} : { resource }),
    ...CHALLENGES[pkce],
    ...parameters,
  })
  const answer = await fetch(`${issuer}/authorize?${query}`, { redirect: 'manual' })
  await answer.text()
  if (answer.status === 400) return 'refused'
  const location = answer.headers.get('location') ?? ''
  const error = new URL(location, issuer).searchParams.get('error')
  return error === null ? 'accepted' : { error }
}

async function scripted(from: string, issuer: string): Promise<string> {
  const asked = { method: 'OPTIONS', headers: { origin: from } }
  const { headers } = await fetch(`${issuer}/token`, asked)
  return headers.has('access-control-allow-origin') ? 'accepted' : 'refused'
}

async function token(asked: Record<string, string>, issuer: string): Promise<unknown> {
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('worker:worker-secret')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...asked }),
  })
  const { error, scope, expires_in, access_token } = await answer.json()
  if (error !== undefined) return { error }
  const { aud, client_id } = decodeJwt(access_token)
  return {
    scopes: scope.split(' '),
    lifetime: `${expires_in}s`,
    audience: aud,
    format: 'jwt',
    accessToken: { client_id },
  }
}

test('what tests are told is what a server answers', { timeout: 60_000 }, async () => {
  const root = project({ 'tokenidp.yaml': DOCUMENTS })
  const databaseUrl = `sqlite:${root}/test.db`
  await applied(root, databaseUrl)
  const server = await serving({ databaseUrl })
  onTestFinished(async () => void (await server.stop()))
  const issuer = server.issuer('acme')
  const tests = []
  for (const asked of QUESTIONS) tests.push({ ...asked, expect: await answered(asked, issuer) })
  const kinds = new Set(tests.map(({ expect: answer }) => JSON.stringify(answer)))
  expect([...kinds].length).toBeGreaterThan(6)
  const written = { apiVersion: 'tokenidp.dev/v1', kind: 'Test', spec: { tests } }
  const metadata = { tenant: 'acme', name: 'asked' }
  write(root, 'asked.test.yaml', JSON.stringify({ ...written, metadata }))
  const found = document(await tokenidpHere(['test', '-C', root, '-o', 'json']))
  expect(found).toMatchObject({ kind: 'Tests', passed: QUESTIONS.length, failed: 0 })
})
