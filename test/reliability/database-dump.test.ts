import * as client from 'openid-client'
import { expect, onTestFinished, test } from 'vitest'
import { sealingKey, unseal } from '../../src/base/seal.ts'
import { PRIVATE_MEMBERS } from '../../src/model/jwk.ts'
import { sealContext } from '../../src/oauth/keys/ring.ts'
import { openStore } from '../../src/store/open.ts'
import { MASTER_KEY } from '../support/command.ts'
import { everyRow } from '../support/every-row.ts'
import { servingQuickstart, WEB, WORKER } from '../support/quickstart.ts'
import { ALICE, signIn } from '../support/sign-in.ts'
import { stores, testRandom } from '../support/stores.ts'
import { userAgent } from '../support/user-agent.ts'

/** The private members of every signing key, as only the master key gives them. */
async function privateMembers(databaseUrl: string): Promise<readonly string[]> {
  const masterKey = sealingKey(MASTER_KEY)
  if (masterKey === undefined) throw new Error('not a key')
  const store = await openStore(databaseUrl, { schema: 'require', random: testRandom })
  const values = await store.sealed.list()
  await store.close()
  return values.flatMap((value) => {
    if (value.of !== 'signing-key') return []
    const jwk = unseal(value.sealed, masterKey, sealContext(value.tenant, value.kid))
    const members: Record<string, unknown> = JSON.parse(jwk ?? '{}')
    return PRIVATE_MEMBERS.flatMap((name) => {
      const member = members[name]
      return typeof member === 'string' ? [member] : []
    })
  })
}

/** Two people's worth of codes, tokens and cookies; one code is never redeemed. */
async function handedOut(issuer: string): Promise<readonly string[]> {
  const auth = client.ClientSecretBasic(WEB.secret)
  const web = await client.discovery(new URL(issuer), WEB.id, undefined, auth, {
    execute: [client.allowInsecureRequests],
  })
  const agent = userAgent()
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const url = client.buildAuthorizationUrl(web, {
    redirect_uri: WEB.redirectUri,
    scope: WEB.scope,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  const visit = { agent, url, redirectUri: WEB.redirectUri }
  const callback = await signIn(visit)
  const first = await client.authorizationCodeGrant(web, callback, { pkceCodeVerifier })
  const second = await client.refreshTokenGrant(web, first.refresh_token ?? '')
  const unredeemed = await signIn(visit)
  const codes = [callback, unredeemed].map(({ searchParams }) => searchParams.get('code') ?? '')
  const tokens = [first, second].flatMap((each) => [
    each.access_token,
    each.refresh_token ?? '',
    each.id_token ?? '',
  ])
  const signatures = tokens.map((token) => token.split('.')[2] ?? token)
  const cookies = agent
    .cookies()
    .split('; ')
    .map((pair) => pair.slice(pair.indexOf('=') + 1))
  return [...codes, ...tokens, ...signatures, ...cookies.filter(({ length }) => length > 20)]
}

test.for(stores)('a dump of the database on $name gives nothing away', async (engine) => {
  const database = await engine.fresh()
  onTestFinished(database.remove)
  const server = await servingQuickstart(database.url)
  const given = await handedOut(server.issuer('acme'))
  await server.stop()
  const keys = await privateMembers(database.url)
  expect(keys.length).toBeGreaterThan(8)
  const known = [MASTER_KEY, WEB.secret, WORKER.secret, ALICE.password]
  const everything = await everyRow(database.url)
  const secrets = [...given, ...keys, ...known]
  expect(secrets).not.toContain('')
  const bytesOf = (secret: string): string => Buffer.from(secret, 'base64url').toString('latin1')
  expect(secrets.filter((secret) => everything.includes(secret))).toEqual([])
  expect([...given, ...keys].filter((secret) => everything.includes(bytesOf(secret)))).toEqual([])
})
