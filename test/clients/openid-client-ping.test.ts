import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { joined } from '../support/documents.ts'
import { aFolder } from '../support/folder.ts'
import { applied, type Serving, serving } from '../support/serving.ts'
import { ALICE } from '../support/sign-in.ts'
import { type FreshDatabase, stores } from '../support/stores.ts'
import { userAgent } from '../support/user-agent.ts'

const SECRET = 'bank-secret'
const USER_CODE = '4711'

const documents = (host: string): string =>
  joined(
    'apiVersion: tokenidp.dev/v1\nkind: Project\nmetadata: { name: test }\n',
    `apiVersion: tokenidp.dev/v1
kind: Environment
metadata: { name: dev }
spec:
  kind: dev
  publicUrl: http://127.0.0.1:4000
  outbound: { allow: ['${host}'] }
`,
    'apiVersion: tokenidp.dev/v1\nkind: Tenant\nmetadata: { name: acme }\nspec: { displayName: Acme }\n',
    `apiVersion: tokenidp.dev/v1
kind: Application
metadata: { tenant: acme, name: bank }
spec:
  type: web
  grants: ['urn:openid:params:grant-type:ciba']
  scopes: [openid, email]
  ciba:
    interval: 1s
    delivery: ping
    notificationEndpoint: 'http://${host}/ciba'
    userCode: required
  clientAuth: { secrets: [{ id: only, value: ${SECRET} }] }
`,
    `apiVersion: tokenidp.dev/v1
kind: User
metadata: { tenant: acme, name: alice }
spec:
  email: alice@acme.example
  password: wonderland
  cibaUserCode: '${USER_CODE}'
`,
  )

interface Pinged {
  readonly authorization: string | undefined
  readonly contentType: string | undefined
  readonly body: string
}

/** Where the bank is told of answers: each call waits for the next one. */
async function aReceiver() {
  const pinged: Pinged[] = []
  const waiting: ((pinged: Pinged) => void)[] = []
  const server: Server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const { authorization, 'content-type': contentType } = request.headers
    const ping = { authorization, contentType, body }
    response.writeHead(204).end()
    const waiter = waiting.shift()
    if (waiter === undefined) pinged.push(ping)
    else waiter(ping)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    pinged,
    next: () =>
      new Promise<Pinged>((resolve) => {
        const before = pinged.shift()
        if (before === undefined) waiting.push(resolve)
        else resolve(before)
      }),
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

describe.each(stores)('openid-client, unmodified, told by a ping, on $name', (engine) => {
  let database: FreshDatabase
  let receiver: Awaited<ReturnType<typeof aReceiver>>
  let server: Serving
  let issuer: string
  let bank: client.Configuration
  let polls = 0

  beforeAll(async () => {
    database = await engine.fresh()
    receiver = await aReceiver()
    const folder = aFolder({ 'tokenidp.yaml': documents(receiver.host) })
    await applied(folder.path, database.url).finally(() => folder.remove())
    server = await serving({ databaseUrl: database.url })
    issuer = server.issuer('acme')
    bank = await client.discovery(
      new URL(issuer),
      'bank',
      undefined,
      client.ClientSecretBasic(SECRET),
      { execute: [client.allowInsecureRequests] },
    )
    bank[client.customFetch] = (url, options) => {
      if (url.endsWith('/token')) polls += 1
      return fetch(url, options as RequestInit)
    }
  })
  afterAll(async () => {
    await server?.stop()
    await receiver?.close()
    await database?.remove()
  })

  const token = 'client.notification~token'
  const asking = {
    scope: 'openid email',
    login_hint: ALICE.username,
    binding_message: 'W4SCT',
    user_code: USER_CODE,
    client_notification_token: token,
  }

  /** Asks alice, who answers in her inbox; then the bank is told. */
  async function answered(action: 'allow' | 'deny') {
    const asked = await client.initiateBackchannelAuthentication(bank, asking)
    const alice = userAgent()
    const signIn = await alice.open(`${issuer}/ciba`)
    const inbox = await alice.submit(signIn, { ...ALICE, action: 'sign-in' })
    expect(receiver.pinged).toEqual([])
    await alice.submit(inbox, { action })
    expect(await receiver.next()).toEqual({
      authorization: `Bearer ${token}`,
      contentType: 'application/json',
      body: JSON.stringify({ auth_req_id: asked.auth_req_id }),
    })
    polls = 0
    return asked
  }

  test('CIBA §10.2: one ping, one poll, and the tokens are there', async () => {
    const asked = await answered('allow')
    const tokens = await client.pollBackchannelAuthenticationGrant(bank, asked)
    expect(polls).toBe(1)
    expect(tokens.claims()).toMatchObject({ iss: issuer, aud: 'bank' })
    const info = await client.fetchUserInfo(bank, tokens.access_token, client.skipSubjectCheck)
    expect(info).toMatchObject({ sub: tokens.claims()?.sub, email: ALICE.username })
  })

  test('a ping says nothing of the answer, which may be no', async () => {
    const asked = await answered('deny')
    await expect(client.pollBackchannelAuthenticationGrant(bank, asked)).rejects.toMatchObject({
      error: 'access_denied',
    })
    expect(polls).toBe(1)
  })

  test('CIBA §13: the code of the person is wanted, and has to be right', async () => {
    expect(bank.serverMetadata().backchannel_user_code_parameter_supported).toBe(true)
    const { user_code: _, ...without } = asking
    await expect(client.initiateBackchannelAuthentication(bank, without)).rejects.toMatchObject({
      error: 'missing_user_code',
    })
    const wrong = { ...asking, user_code: '4712' }
    await expect(client.initiateBackchannelAuthentication(bank, wrong)).rejects.toMatchObject({
      error: 'invalid_user_code',
    })
  })
})
