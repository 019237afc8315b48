import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { databases } from '../support/databases.ts'
import { aKeyedShop } from '../support/keyed.ts'

interface Answer {
  readonly status?: number
  readonly cache?: string
  readonly body?: string
}

/** What stands where the JWKS should be. */
async function aSite(answer: () => Answer): Promise<string> {
  const server = createServer((_request, response) => {
    const { status = 200, cache = 'public, max-age=300', body = '' } = answer()
    response.writeHead(status, cache === '' ? {} : { 'cache-control': cache }).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`
}

const badOnes = (found: Readonly<Record<string, unknown>>): readonly string[] =>
  (found.tenants as { findings: { check: string; outcome: string }[] }[])
    .flatMap(({ findings }) => findings)
    .filter(({ outcome }) => outcome === 'bad')
    .map(({ check }) => check)

describe.each(databases)('tokenidp keys doctor on $engine', ({ newDatabase }) => {
  test('holds the keys against what is published', async () => {
    const { run, told } = await aKeyedShop(newDatabase)
    const jwks = (await run('keys export acme --public')).stdout
    let answer: Answer = { body: jwks }
    const url = await aSite(() => answer)
    const doctor = `keys doctor acme --url ${url}`
    const well = await run(doctor)
    expect(well, well.stdout).toMatchObject({ code: 0 })
    expect(well.stdout).toMatch(/ok {2}signer +[\w-]{43} signs ES256/)
    const rows: readonly { given: Answer; says: string[] }[] = [
      { given: { body: jwks, cache: 'max-age=86400' }, says: ['caching'] },
      { given: { body: jwks, cache: '' }, says: ['caching'] },
      { given: { body: '{"keys":[{"kid":"alien"}]}' }, says: ['kids'] },
      { given: { body: '<html>' }, says: ['kids'] },
      { given: { status: 302 }, says: ['address'] },
    ]
    for (const { given, says } of rows) {
      answer = given
      expect(badOnes(await told(doctor)), JSON.stringify(given)).toEqual(says)
      const ran = await run(doctor)
      expect(ran.code).toBe(1)
      expect(ran.stdout).toMatch(/NO .*\n +next: /)
    }
    answer = { body: jwks }
    await run('keys rotate acme --alg ES256 --now')
    expect(badOnes(await told(doctor))).toEqual(['kids'])
  })

  test('tells an address that nobody answers at, and a master key that opens nothing', async () => {
    const { told, run } = await aKeyedShop(newDatabase)
    const dead = 'keys doctor acme --url http://127.0.0.1:1/jwks.json'
    expect(badOnes(await told(dead))).toEqual(['address'])
    const env = { TOKENIDP_MASTER_KEY: Buffer.alloc(32, 9).toString('base64') }
    expect(badOnes(await told(dead, { env }))).toContain('sealing')
    expect(badOnes(await told(dead, { env: { TOKENIDP_MASTER_KEY: '' } }))).toEqual(['address'])
    for (const words of ['keys doctor --url https://a.example/', 'keys doctor acme --url ftp://a'])
      expect(await run(words)).toMatchObject({ code: 64 })
    expect(await run('keys doctor acme --url http://a.example/jwks')).toMatchObject({ code: 64 })
  })
})
