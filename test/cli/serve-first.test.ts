import { describe, expect, test } from 'vitest'
import { project, running } from '../support/cli.ts'
import { MASTER_KEY } from '../support/command.ts'
import { databases } from '../support/databases.ts'
import { aProject } from '../support/documents.ts'
import { freePort } from '../support/free-port.ts'
import { tokenidpHere } from '../support/in-process.ts'

describe.each(databases)('serve before the first apply on $engine', ({ newDatabase }) => {
  async function aShop() {
    const root = project(aProject())
    const url = await newDatabase(root)
    const env = { TOKENIDP_DATABASE_URL: url, TOKENIDP_MASTER_KEY: MASTER_KEY }
    const address = `127.0.0.1:${await freePort()}`
    const serve = (...more: string[]) =>
      running(['serve', '--listen', address, ...more, '-C', root], { env })
    const apply = () => tokenidpHere(['apply', '--auto-approve', '--wait=20s', '-C', root], { env })
    return { address, serve, apply }
  }

  test('--wait-for-config: begins with the first revision', async () => {
    const { address, serve, apply } = await aShop()
    const server = serve('--wait-for-config', '--public-url', `http://${address}`)
    await server.says(/waiting for the first revision/)
    const applied = await apply()
    expect(applied, applied.stderr).toMatchObject({ code: 0 })
    await server.says(/Serving revision 1/)
    expect((await fetch(`http://${address}/readyz`)).status).toBe(200)
    server.kill('SIGTERM')
    expect(await server.exited).toBe(0)
  })

  test('--wait-for-config: a signal ends the waiting; without it, there is nothing to serve', async () => {
    const { serve } = await aShop()
    const waiting = serve('--wait-for-config')
    await waiting.says(/waiting for the first revision/)
    waiting.kill('SIGTERM')
    expect(await waiting.exited).toBe(0)
    const refused = serve()
    expect(await refused.exited).toBe(1)
    expect(refused.output()).toMatch(
      /nothing is applied to this database yet\n +next: tokenidp apply/,
    )
  })
})
