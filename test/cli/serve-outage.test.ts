import { afterEach, describe, expect, test } from 'vitest'
import { cable } from '../support/cable.ts'
import { aCode, aParty, authorizationUrl, post, redeem, userinfo } from '../support/client.ts'
import { aTenant, devProject } from '../support/documents.ts'
import { aFolder } from '../support/folder.ts'
import { applied, serving } from '../support/serving.ts'
import { stores } from '../support/stores.ts'

describe('a PostgreSQL that goes away while we serve', () => {
  const ends: (() => unknown)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })

  async function aServer() {
    const database = await stores.find(({ name }) => name === 'postgres')?.fresh()
    if (database === undefined) throw new Error('no PostgreSQL')
    ends.push(database.remove)
    const project = aFolder(devProject(aTenant('ours')))
    ends.push(project.remove)
    await applied(project.path, database.url)
    const line = await cable(database.url)
    ends.push(() => line.pull().catch(() => undefined))
    const server = await serving({ databaseUrl: line.url })
    ends.push(() => server.kill())
    return { server, line, party: aParty(server.issuer('ours'), { clientId: 'web' }) }
  }

  test('is said to every caller, and forgotten when it is back', async () => {
    const { server, line, party } = await aServer()
    const { body } = await redeem(party, await aCode(party))
    const access = String(body.access_token)
    const worker = { ...party, clientId: 'worker', secret: 'worker-secret' }
    const work = () => post(worker, '/token', { grant_type: 'client_credentials', scope: 'read' })
    expect((await work()).status).toBe(200)
    await line.pull()

    const ready = await fetch(`${server.url}/readyz`)
    expect([ready.status, ready.headers.get('retry-after')]).toEqual([503, '5'])
    const answers = [
      await work(),
      await post(party, '/token', {
        grant_type: 'refresh_token',
        refresh_token: String(body.refresh_token),
      }),
      await post(party, '/introspect', { token: access }),
      await post(party, '/revoke', { token: access }),
    ]
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } })
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    }
    const info = await userinfo(party, access)
    expect([info.status, await info.json()]).toMatchObject([
      503,
      { error: 'temporarily_unavailable' },
    ])
    const page = await fetch(authorizationUrl(party).url, { redirect: 'manual' })
    expect([page.status, page.headers.get('location')]).toEqual([503, null])
    expect(page.headers.get('retry-after')).toMatch(/^\d+$/)
    for (const path of [
      '/healthz',
      '/ours/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server/ours',
      '/ours/jwks.json',
    ])
      expect((await fetch(`${server.url}${path}`)).status, path).toBe(200)

    await line.mend()
    await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status).toBe(200)
    expect((await work()).status).toBe(200)
    expect((await userinfo(party, access)).status).toBe(200)
    expect((await redeem(party, await aCode(party))).status).toBe(200)
    expect(await server.stop()).toMatchObject({ code: 0 })
  })

  test('does not keep us from stopping', async () => {
    const { server, line } = await aServer()
    await line.pull()
    const { code, stderr } = await server.stop()
    expect(stderr).not.toMatch(/^error:/m)
    expect(code).toBe(0)
  })
})
