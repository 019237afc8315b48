import Database from 'better-sqlite3'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { document, project, running } from '../support/cli.ts'
import { MASTER_KEY } from '../support/command.ts'
import { databases } from '../support/databases.ts'
import { aProject } from '../support/documents.ts'
import { freePort } from '../support/free-port.ts'
import { tokenidpHere } from '../support/in-process.ts'

const KEY = { TOKENIDP_MASTER_KEY: MASTER_KEY }

/** Statements of somebody who is not this program. */
async function byHand(url: string, statement: string): Promise<void> {
  if (url.startsWith('sqlite:')) {
    const connection = new Database(url.slice('sqlite:'.length))
    connection.exec(statement)
    connection.close()
    return
  }
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement)
  await client.end()
}

describe.each(databases)('a database of a newer program, on $engine', ({ newDatabase }) => {
  test.for(['serve', 'apply', 'plan', 'status', 'db migrate'])(
    '%s leaves it alone with 7 and says what to do',
    async (command) => {
      const root = project(aProject())
      const url = await newDatabase(root)
      const env = { ...KEY, TOKENIDP_DATABASE_URL: url }
      const run = (...words: string[]) => tokenidpHere([...words, '-C', root], { env })
      await run('apply', '--auto-approve')
      await byHand(url, 'update config_meta set schema_version = 99')
      const more: Record<string, string[]> = {
        serve: ['--listen', '127.0.0.1:0'],
        apply: ['--auto-approve'],
      }
      const ran = await run(...command.split(' '), ...(more[command] ?? []))
      expect(ran).toMatchObject({ code: 7 })
      expect(ran.stderr).toMatch(
        /schema 99, made by a newer program.*\n +next: install the version/,
      )
      expect(ran.stderr).not.toMatch(/^ +at /m)
    },
  )
})

/** Without what a production environment refuses: literal secrets and declared users. */
const inProduction = (publicUrl: string) => {
  const { 'alice.yaml': _, ...files } = aProject()
  const change = (name: string, from: RegExp, to: string) => files[name]?.replace(from, to) ?? ''
  const settled = change(
    'tokenidp.yaml',
    /kind: dev\n.*/,
    `kind: production\n  publicUrl: ${publicUrl}`,
  )
  return project({
    ...files,
    'tokenidp.yaml': settled,
    'worker.yaml': change('worker.yaml', /value: .*/, 'value: { fromEnv: WORKER }'),
  })
}

describe('the public URL of production', () => {
  const APPLIED = 'https://id.example.com'
  const env = { ...KEY, WORKER: 'a-secret-of-at-least-32-characters' }

  async function applied() {
    const root = inProduction(APPLIED)
    const ran = await tokenidpHere(['apply', '--auto-approve', '-C', root], { env })
    expect(ran, ran.stderr).toMatchObject({ code: 0 })
    return root
  }

  test.for([
    { by: 'a flag', words: ['--public-url', 'https://login.example.com'], set: {} },
    { by: 'a variable', words: [], set: { TOKENIDP_PUBLIC_URL: 'https://login.example.com' } },
    {
      by: 'a flag over a right variable',
      words: ['--public-url', 'https://login.example.com'],
      set: { TOKENIDP_PUBLIC_URL: APPLIED },
    },
  ])('is not changed by $by', async ({ words, set }) => {
    const root = await applied()
    const ran = await tokenidpHere(['serve', '--listen', '127.0.0.1:0', ...words, '-C', root], {
      env: { ...env, ...set },
    })
    expect(ran.code).toBe(5)
    expect(ran.stderr).toMatch(
      /is https:\/\/login\.example\.com, and the applied one of .* is https:\/\/id\.example\.com\n +next: .*TOKENIDP_PUBLIC_URL/,
    )
  })

  test.for([
    { as: 'nothing is said', words: [] },
    { as: 'the same is said', words: ['--public-url', APPLIED] },
    { as: 'the same is said with a slash', words: ['--public-url', `${APPLIED}/`] },
  ])('is served when $as', async ({ words }) => {
    const root = await applied()
    const address = `127.0.0.1:${await freePort()}`
    const server = running(['serve', '--listen', address, ...words, '-C', root], { env })
    await server.says(/Serving revision 1: https:\/\/id\.example\.com\/acme\n/)
    const found = await fetch(`http://${address}/acme/.well-known/openid-configuration`)
    expect(await found.json()).toMatchObject({ issuer: `${APPLIED}/acme` })
  })

  test('over plain http is an error of the documents', async () => {
    const root = inProduction('http://id.example.com')
    const ran = await tokenidpHere(['validate', '-C', root, '-o', 'json'], { env })
    expect(ran.code).toBe(3)
    expect(JSON.stringify(document(ran))).toContain(
      'the public URL of a production environment is https',
    )
  })
})
