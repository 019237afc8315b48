import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { document, project, running, write } from '../support/cli.ts'
import { databases } from '../support/databases.ts'
import { aProject, worker } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { holdConfiguration } from '../support/locked.ts'

/** An apply that generates a secret, and would wait for somebody else who has the lock. */
async function waitingForTheLock(newDatabase: (root: string) => Promise<string>) {
  const root = project(aProject())
  const url = await newDatabase(root)
  const env = { TOKENIDP_DATABASE_URL: url }
  const run = (...words: string[]) => tokenidpHere([...words, '-C', root, '-o', 'json'], { env })
  await run('apply', '--auto-approve')
  const secrets = join(root, 'secrets.json')
  write(root, 'worker.yaml', worker('{ generate: { bytes: 32 } }'))
  const letGo = await holdConfiguration(url)
  const words = ['apply', '--auto-approve', '--secrets-out', `file:${secrets}`, '-C', root]
  return { env, run, secrets, letGo, words }
}

describe.each(databases)('a signal during apply on $engine', ({ newDatabase }) => {
  test.for([
    { signal: 'SIGINT', code: 130 },
    { signal: 'SIGTERM', code: 143 },
  ] as const)('$signal before COMMIT: exit $code, nothing applied', async ({ signal, code }) => {
    const { env, run, secrets, letGo, words } = await waitingForTheLock(newDatabase)
    const applying = running(words, { env })
    await applying.says(/Applying…/)
    applying.kill(signal)
    expect(await applying.exited).toBe(code)
    expect(applying.output()).toMatch(/error: interrupted: nothing was applied\n +next: /)
    await letGo()
    expect(existsSync(secrets)).toBe(false)
    expect(document(await run('status'))).toMatchObject({ revision: 1 })
    expect(await run('apply', '--auto-approve', '--secrets-out', `file:${secrets}`)).toMatchObject({
      code: 0,
    })
  })
})

describe.each(databases)('a time limit of apply on $engine', ({ newDatabase }) => {
  test('before COMMIT: exit 1, nothing applied', async () => {
    const { env, run, secrets, letGo, words } = await waitingForTheLock(newDatabase)
    const applying = running([...words, '--timeout', '900ms', '--lock-timeout', '10m'], { env })
    expect(await applying.exited).toBe(1)
    expect(applying.output()).toMatch(/error: not done within --timeout 900ms: nothing was applied/)
    await letGo()
    expect(existsSync(secrets)).toBe(false)
    expect(document(await run('status'))).toMatchObject({ revision: 1 })
    const again = await run(...words.slice(0, 4), '--timeout', '10m')
    expect(again, again.stderr).toMatchObject({ code: 0 })
  })
})

test('a signal under -o json is one document', async () => {
  const root = project(aProject())
  const url = `sqlite:${join(root, 'test.db')}`
  const words = ['--database-url', url, '-C', root, '-o', 'json']
  await tokenidpHere(['db', 'migrate', ...words])
  await holdConfiguration(url)
  const applying = running(['apply', '--auto-approve', ...words])
  await applying.says(/Applying…/)
  applying.kill('SIGINT')
  expect(await applying.exited).toBe(130)
  const [printed = ''] = /^\{.*\}$/m.exec(applying.output()) ?? []
  expect(JSON.parse(printed)).toMatchObject({ kind: 'Error', error: { exit: 130 } })
})
