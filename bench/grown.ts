/** Servers that differ in how much there is, ready to be asked the same in turn. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MASTER_KEY, ROOT, run } from '../test/support/command.ts'
import { tokenidpOn } from './contestants.ts'
import { type Size, writeFixture } from './fixture.ts'
import type { Figure } from './median.ts'
import { ours, type Paths } from './paths.ts'
import { callOf } from './scenarios.ts'
import { megabytesOf, storeTokens } from './stored-tokens.ts'

const PROJECT = `${ROOT}config-examples/bench/`

/** The first of the fixture's tenants, which has the API and the client of the other scenarios. */
export const T0: Paths = {
  ...ours('opaque'),
  token: '/t0/token',
  introspect: '/t0/introspect',
  discovery: '/t0/.well-known/openid-configuration',
}

/** RSA keys of a thousand tenants would take minutes to make. */
const keyPolicy = (tenant: number): string =>
  `apiVersion: tokenidp.dev/v1
kind: KeyPolicy
metadata:
  tenant: t${tenant}
  name: keys
spec:
  algorithms: [ES256]
`

/** Seconds that the apply takes. */
export async function applyGrown(
  folder: string,
  databaseUrl: string,
  size: Omit<Size, 'perFile'>,
): Promise<number> {
  mkdirSync(folder, { recursive: true })
  writeFixture(folder, { ...size, perFile: 100, idTokens: 'ES256' })
  copyFileSync(`${PROJECT}tokenidp.yaml`, join(folder, 'tokenidp.yaml'))
  const [, api, svc] = readFileSync(`${PROJECT}opaque.yaml`, 'utf8').split('---\n')
  const mine = `${api}---\n${svc}`.replaceAll('tenant: opaque', 'tenant: t0')
  writeFileSync(join(folder, 'svc.yaml'), mine)
  const policies = Array.from({ length: size.tenants }, (_, tenant) => keyPolicy(tenant))
  writeFileSync(join(folder, 'keys.yaml'), policies.join('---\n'))
  const begin = performance.now()
  const { code, stderr } = await run(['apply', '--auto-approve', '-C', folder], {
    env: {
      TOKENIDP_DATABASE_URL: databaseUrl,
      TOKENIDP_MASTER_KEY: MASTER_KEY,
      LARGE_SECRET: 'a-secret-of-the-large-configuration',
    },
  })
  if (code !== 0) throw new Error(`apply ended with ${code}: ${stderr.slice(0, 500)}`)
  return (performance.now() - begin) / 1000
}

/** Fills a database that holds an applied project, and answers what that took. */
export async function fillWith(
  name: string,
  databaseUrl: string,
  count: number,
): Promise<readonly Figure[]> {
  const server = await tokenidpOn(databaseUrl, T0.discovery)
  await callOf('introspect', server.url, T0) // leaves a row to be copied
  await server.stop()
  if (count === 0) return []
  const before = await megabytesOf(databaseUrl)
  const begin = performance.now()
  await storeTokens(databaseUrl, count)
  const seconds = (performance.now() - begin) / 1000
  const perMillion = ((await megabytesOf(databaseUrl)) - before) / (count / 1_000_000)
  const measure = `${name}: ${count.toLocaleString('en')} tokens`
  return [
    { measure: `${measure} stored within`, actual: Math.round(seconds), unit: 's' },
    { measure: `${measure} take`, actual: Math.round(perMillion), unit: 'MB per million' },
  ]
}
