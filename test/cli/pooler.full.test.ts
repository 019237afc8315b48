import { describe, expect, onTestFinished, test } from 'vitest'
import { isPooledByTransaction } from '../../src/store/pooler.ts'
import { project, running, tokenidp, write } from '../support/cli.ts'
import { MASTER_KEY } from '../support/command.ts'
import { aProject, worker } from '../support/documents.ts'
import { freePort } from '../support/free-port.ts'
import { type Pooling, pooling } from '../support/pgbouncer.ts'
import { stores } from '../support/stores.ts'

async function pooled(how: Pooling) {
  const database = await stores.find(({ name }) => name === 'postgres')?.fresh()
  if (database === undefined) throw new Error('no PostgreSQL')
  onTestFinished(database.remove)
  const pooler = await pooling(database.url, how)
  onTestFinished(pooler.close)
  return { direct: database.url, url: pooler.url }
}

describe('PgBouncer', () => {
  test.for([
    { mode: 'transaction', size: 1, isPooled: true },
    { mode: 'transaction', size: 5, isPooled: true },
    { mode: 'session', size: 5, isPooled: false },
  ] as const)('in $mode mode with $size connections: $isPooled', async ({ isPooled, ...how }) => {
    const { url } = await pooled(how)
    expect(await isPooledByTransaction(url)).toBe(isPooled)
  })

  test.for([
    { way: 'by looking', isDirect: false, says: /seen by looking for them only/ },
    { way: 'told past the pooler', isDirect: true, says: /the database tells us/ },
  ])('in transaction mode: apply, serve, and follow $way', async ({ isDirect, says }) => {
    const { url, direct } = await pooled({ mode: 'transaction', size: 3 })
    const root = project(aProject())
    const env = {
      TOKENIDP_DATABASE_URL: url,
      TOKENIDP_MASTER_KEY: MASTER_KEY,
      ...(isDirect ? { TOKENIDP_DIRECT_DATABASE_URL: direct } : {}),
    }
    const apply = () => tokenidp(['apply', '--auto-approve', '--wait=20s', '-C', root], { env })
    expect(await apply()).toMatchObject({ code: 0 })
    const address = `127.0.0.1:${await freePort()}`
    const place = ['--listen', address, '--public-url', `http://${address}`]
    const server = running(['serve', ...place, '-C', root], { env })
    await server.says(/Serving revision 1/)
    await server.says(says)
    expect(server.output()).toContain('statements have no names')

    const statuses = (secret: string) =>
      Promise.all(
        Array.from({ length: 20 }, async () => {
          const answer = await fetch(`http://${address}/acme/token`, {
            method: 'POST',
            headers: { authorization: `Basic ${btoa(`worker:${secret}`)}` },
            body: new URLSearchParams({ grant_type: 'client_credentials' }),
          })
          return answer.status
        }),
      )
    write(root, 'worker.yaml', worker('second'))
    const applied = await apply()
    expect(applied.code, applied.stderr).toBe(0)
    expect(applied.stdout).toContain('The live server serves revision 2')
    expect(new Set(await statuses('second'))).toEqual(new Set([200]))
    server.kill('SIGTERM')
    expect(await server.exited).toBe(0)
  })
})
