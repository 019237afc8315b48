import { describe, expect, test } from 'vitest'
import { document, project } from '../support/cli.ts'
import { aProject, joined, worker } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { anAgeKey, sopsText } from '../support/sops.ts'

const key = await anAgeKey()

const named = (name: string, value: string): string =>
  worker(value).replaceAll('worker', name).replaceAll('Worker', name)

const sealed = (name: string, value: string): string =>
  named(name, value).replace('clientAuth:\n', 'clientAuth:\n    method: client_secret_jwt\n')

async function aShop(): Promise<string> {
  const files = aProject({
    'worker.yaml': joined(
      named('by-env', '{ fromEnv: BY_ENV }'),
      named('by-file', '{ fromFile: secrets/by-file }'),
      named('by-sops', '{ fromSops: "prod.enc.yaml#by.sops" }'),
      named('ended', '{ fromEnv: BY_ENV }').replace(
        'value: { fromEnv: BY_ENV }',
        'value: { fromEnv: BY_ENV }\n        expiresAt: 2026-04-01T00:00:00Z',
      ),
      sealed('short', '{ fromEnv: SHORT }'),
      named('made', '{ generate: {} }'),
      named('plain', 'canary-literal'),
    ),
    'secrets/by-file': 'canary-file\n',
    'prod.enc.yaml': await sopsText('prod.enc.yaml', { by: { sops: 'canary' } }, { for: [key] }),
  })
  return project(files)
}

const NOW = Date.UTC(2026, 4, 1)
const ALL = { BY_ENV: 'canary-env', SHORT: 'canary', SOPS_AGE_KEY: key.identity }

describe('tokenidp secrets check', () => {
  const check = async (env: Record<string, string>, ...words: string[]) =>
    tokenidpHere(['secrets', 'check', '-C', await aShop(), ...words], { env, nowMs: NOW })

  test('has a line for each reference, and shows no value', async () => {
    const ran = await check(ALL)
    expect(ran.code).toBe(3)
    expect(ran.stdout.split('\n').map((line) => line.trim().replaceAll(/ {2,}/g, ' | '))).toEqual([
      'ok | env:BY_ENV | Application/acme/by-env first | worker.yaml:15',
      'ok | file:secrets/by-file | Application/acme/by-file first | worker.yaml:31',
      'ok | sops:prod.enc.yaml#by.sops | Application/acme/by-sops first | worker.yaml:47',
      'expired | env:BY_ENV | Application/acme/ended first | worker.yaml:63',
      'weak | env:SHORT | Application/acme/short first | worker.yaml:81',
      '',
    ])
    expect(ran.stderr).toContain('TIDP2043')
    expect(ran.stdout + ran.stderr).not.toContain('canary')
  })

  test('says nothing to the terminal, and begins no line, by what documents hold', async () => {
    const command = String.raw`["op", "\u001b[31m\n::warning::made up"]`
    const root = project({
      'tokenidp.yaml': (aProject()['tokenidp.yaml'] ?? '').replace(
        '  name: shop\n',
        '  name: shop\nspec:\n  secrets:\n    allow: [exec]\n',
      ),
      'rest.yaml': joined(
        ...Object.entries(
          aProject({ 'worker.yaml': worker(`{ fromExec: { command: ${command} } }`) }),
        )
          .filter(([file]) => file !== 'tokenidp.yaml')
          .map(([, text]) => text),
      ),
    })
    const { stdout, stderr } = await tokenidpHere(['secrets', 'check', '-C', root])
    expect(stdout).toContain('exec:op \uFFFD[31m\uFFFD::warning::made up')
    expect(stdout + stderr).not.toContain('\u001b')
    expect(stdout + stderr).not.toMatch(/^::/m)
  })

  test('tells all that are missing at once', async () => {
    const ran = await check({}, '-o', 'json')
    expect(ran.code).toBe(3)
    const { environment, secrets, diagnostics } = document(ran)
    expect(environment).toBe('dev')
    expect((secrets as { state: string }[]).map(({ state }) => state)).toEqual([
      'missing',
      'ok',
      'missing',
      'missing',
      'missing',
    ])
    expect((diagnostics as { code: string }[]).map(({ code }) => code).toSorted()).toEqual(
      expect.arrayContaining(['TIDP1301', 'TIDP1301', 'TIDP1301', 'TIDP1311']),
    )
  })

  test('0 where all are here, and where there is nothing to look for', async () => {
    const root = project(aProject({ 'worker.yaml': worker('{ fromEnv: BY_ENV }') }))
    const ran = await tokenidpHere(['secrets', 'check', '-C', root], { env: ALL })
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    const none = await tokenidpHere(['secrets', 'check', '-C', project(aProject())])
    expect(none).toMatchObject({ code: 0, stdout: 'The documents refer to no secret.\n' })
  })

  test('3 for documents that are wrong, 64 for several environments', async () => {
    const root = project(aProject({ 'worker.yaml': worker('{ fromEnvy: BY_ENV }') }))
    const ran = await tokenidpHere(['secrets', 'check', '-C', root])
    expect(ran).toMatchObject({ code: 3, stdout: '' })
    const several = await tokenidpHere(['secrets', 'check', '-C', 'config-examples/multi-tenant'])
    expect(several).toMatchObject({ code: 64, stdout: '' })
  })
})
