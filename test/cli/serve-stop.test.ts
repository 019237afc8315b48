import { once } from 'node:events'
import { Agent, type ClientRequest, request } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { aTenant, devProject } from '../support/documents.ts'
import { aFolder } from '../support/folder.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { applied, serving } from '../support/serving.ts'
import { stores } from '../support/stores.ts'

const FORM = `${new URLSearchParams({
  grant_type: 'client_credentials',
  client_id: 'worker',
  client_secret: 'worker-secret',
  scope: 'read',
})}`

const TYPE = { 'content-type': 'application/x-www-form-urlencoded' }

/** A request that the server has begun to answer and cannot end: its body is still with us. */
async function halfSent(issuer: string): Promise<ClientRequest> {
  const headers = { ...TYPE, 'content-length': FORM.length, expect: '100-continue' }
  const agent = new Agent({ keepAlive: true })
  const outgoing = request(`${issuer}/token`, { method: 'POST', headers, agent })
  outgoing.flushHeaders()
  await once(outgoing, 'continue')
  return outgoing
}

/** The status, and whether the connection may be used again. */
async function answerTo(outgoing: ClientRequest): Promise<string> {
  const [incoming] = await once(outgoing.end(FORM), 'response')
  incoming.resume()
  await once(incoming, 'end')
  return `${incoming.statusCode} ${incoming.headers.connection}`
}

/** One after the other over one connection, until the server wants no more. */
async function load(issuer: string): Promise<string[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const seen: string[] = []
  try {
    for (;;)
      seen.push(
        await answerTo(request(`${issuer}/token`, { method: 'POST', headers: TYPE, agent })),
      )
  } catch {
    return seen
  } finally {
    agent.destroy()
  }
}

const takesConnections = (url: string): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.once('error', () => done(false))
    socket.once('connect', () => {
      socket.destroy()
      done(true)
    })
  })

const settings = [
  ...stores.map((engine) => ({ ...engine, on: engine.name, words: [], servers: 1 })),
  ...stores
    .filter(({ name }) => name === 'postgres')
    .map((engine) => ({
      ...engine,
      on: 'postgres with two workers',
      words: ['--workers', '2'],
      servers: 2,
    })),
]

describe.each(settings)('SIGTERM on $on', ({ fresh, words, servers }) => {
  const ends: (() => unknown)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })

  test('under load: what has begun is answered, nothing new is, and the row is gone', async () => {
    const database = await fresh()
    ends.push(database.remove)
    const project = aFolder(devProject(aTenant('ours')))
    ends.push(project.remove)
    await applied(project.path, database.url)
    const server = await serving({ databaseUrl: database.url, words })
    ends.push(() => server.kill())
    const issuer = server.issuer('ours')
    const status = async () => {
      const env = { TOKENIDP_DATABASE_URL: database.url }
      const { stdout } = await tokenidpHere(['status', '-o', 'json', '-C', project.path], { env })
      return JSON.parse(stdout).servers.length
    }
    await expect.poll(status, { timeout: 10_000 }).toBe(servers)

    const loads = Promise.all(Array.from({ length: 4 }, () => load(issuer)))
    const begun = await Promise.all(Array.from({ length: 5 }, () => halfSent(issuer)))
    const stopped = server.stop()
    await expect.poll(() => takesConnections(server.url)).toBe(false)
    expect(new Set(await Promise.all(begun.map(answerTo)))).toEqual(new Set(['200 close']))

    expect(await stopped).toMatchObject({ code: 0, signal: null })
    for (const answer of (await loads).flat()) expect(answer).toMatch(/^200 /)
    expect(await status()).toBe(0)
  })
})
