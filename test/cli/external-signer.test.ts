import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { describe, expect, onTestFinished, test } from 'vitest'
import { project, ROOT, tokenidp } from '../support/cli.ts'
import { MASTER_KEY } from '../support/command.ts'
import { databases } from '../support/databases.ts'
import { aProject } from '../support/documents.ts'
import { everyRow } from '../support/every-row.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { basic } from '../support/provider.ts'
import { serving } from '../support/serving.ts'

/** The example that we ship, as it is. */
async function signing(root: string) {
  const script = `${ROOT}config-examples/external-signer/signer.mjs`
  const child = spawn(process.execPath, [script, join(root, 'keys'), join(root, 'signer.sock')])
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

async function tokenFrom(issuer: string) {
  const answered = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: basic('worker', 'worker-secret'),
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'orders:read' }),
  })
  const body = (await answered.json()) as { access_token?: string; error?: string }
  return { status: answered.status, ...body }
}

describe.each(databases)('a signer, and $engine', { timeout: 60_000 }, ({ newDatabase }) => {
  test('keys in a process of their own: made, used, lost and found there', async () => {
    const root = project(aProject())
    const databaseUrl = await newDatabase(root)
    const env = { TOKENIDP_DATABASE_URL: databaseUrl, TOKENIDP_MASTER_KEY: MASTER_KEY }
    await tokenidpHere(['apply', '--auto-approve', '-C', root], { env })
    const signer = await signing(root)
    const server = await serving({
      databaseUrl,
      env: { TOKENIDP_SIGNER: `unix:${join(root, 'signer.sock')}` },
    })
    onTestFinished(() => server.kill())
    const issuer = server.issuer('acme')
    const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`))
    const first = await tokenFrom(issuer)
    expect((await jwtVerify(first.access_token ?? '', keys)).payload.iss).toBe(issuer)
    expect(await everyRow(databaseUrl)).not.toContain('v1.')

    signer.kill('SIGSTOP')
    const unavailable = { status: 503, error: 'temporarily_unavailable' }
    expect(await tokenFrom(issuer)).toMatchObject(unavailable)
    await expect.poll(() => server.running.stderr()).toMatch(/did not answer within 2 s/)
    signer.kill('SIGKILL')
    await once(signer, 'exit')
    expect(await tokenFrom(issuer)).toMatchObject(unavailable)
    await expect
      .poll(() => server.running.stderr())
      .toMatch(/cannot be asked: connect ECONNREFUSED/)
    await signing(root)
    const again = await tokenFrom(issuer)
    expect((await jwtVerify(again.access_token ?? '', keys)).payload.iss).toBe(issuer)
    await server.stop()

    const without = await tokenidp(['serve', '--listen', '127.0.0.1:0'], { env })
    expect(without.code).toBe(78)
    expect(without.stderr).toMatch(/is kept by a signer.*\n +next: .*TOKENIDP_SIGNER/)
  })
})
