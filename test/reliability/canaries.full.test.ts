import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  aCanary,
  aFlock,
  ageKey,
  filesOf,
  sourcesOf,
  textsIn,
  valuesOf,
  variablesOf,
} from '../support/canaries.ts'
import { selfSigned } from '../support/certificate.ts'
import { MASTER_KEY } from '../support/command.ts'
import { everyRow } from '../support/every-row.ts'
import { aFolder } from '../support/folder.ts'
import { everyCommand } from '../support/grammar.ts'
import { type Around, tokenidpHere } from '../support/in-process.ts'
import { stores } from '../support/stores.ts'

const [password, userCode, imported, databasePassword] = Array.from({ length: 4 }, aCanary)
const signingKey = selfSigned().key

const APP = 'Application/acme/env-0'
const HYDRA = JSON.stringify({
  client_id: 'a',
  grant_types: ['client_credentials'],
  client_secret: imported,
})

/** Every command but those that run until they are stopped, in an order in which most have something to do. */
const LINES: readonly (string | readonly [line: string, input: string])[] = [
  'version',
  'validate --report sarif=out/v.sarif --report junit=out/v.xml --report html=out/v.html',
  'test',
  'fix --dry-run',
  'fmt --check',
  'upgrade-config',
  'render',
  'render --explain acme/env-0#spec',
  'diff --base .',
  'graph',
  ['import hydra -', HYDRA],
  'init out/new',
  'completion bash',
  '__complete -- apply --target ',
  'schema Application',
  'explain TIDP1203',
  'preview token --app env-0',
  'plan --report markdown=out/p.md --report html=out/p.html --report json=out/p.json',
  'plan --out out/plan.json',
  'show out/plan.json',
  'apply out/plan.json',
  'apply --auto-approve --report markdown=out/a.md',
  'status',
  'history',
  'show 2',
  'drift',
  'audit',
  'audit --verify',
  'rollback 1 --plan-only',
  'rollback 1 --auto-approve',
  `override set ${APP} disabled=true --ttl 1h --reason INC-1`,
  'override list',
  `override clear ${APP}`,
  'export',
  'export --out out/exported',
  `release ${APP} --auto-approve`,
  `adopt ${APP} --auto-approve`,
  'gc --older-than 1s',
  'db migrate',
  'db status',
  ['users add acme bob --password-file -', password ?? ''],
  ['users set-password acme bob --password-file -', `${password}`],
  ['users set-user-code acme bob --code-file -', `${userCode}`],
  'users list acme',
  'users revoke-all acme bob',
  'users disable acme bob',
  'sessions list acme',
  'sessions end acme --user bob',
  'api-tokens create acme env-0 --resource nothing',
  'api-tokens list acme',
  'api-tokens revoke acme nobody',
  'deliveries list acme',
  'keys rotate acme',
  'keys list acme',
  ['keys import acme -', signingKey],
  'keys promote acme --now -- none',
  'keys retire acme -- none',
  'keys revoke acme --compromised -- none',
  'keys export acme --public',
  'keys doctor acme --url http://127.0.0.1:1/',
  'secrets rotate acme env-1',
  'secrets list acme',
  'secrets check',
  'secrets rekey',
  ['doctor -', 'a.b.c'],
]

const ALL = LINES.map((each) => {
  const [line, input] = typeof each === 'string' ? [each, ''] : each
  return { line, input }
})

const RUNS_ON = ['serve', 'dev']

test('every command is tried here', () => {
  const untried = everyCommand().filter((name) => !ALL.some(({ line }) => line.startsWith(name)))
  expect(untried.toSorted()).toEqual(RUNS_ON.toSorted())
})

async function aShop(url: string) {
  const [before, after] = [aFlock(), aFlock()]
  const project = aFolder({ ...(await filesOf(before, 'before')), 'out/reports': '' })
  onTestFinished(project.remove)
  const variables = {
    TOKENIDP_DATABASE_URL: url,
    TOKENIDP_MASTER_KEY: MASTER_KEY,
    XDG_CACHE_HOME: join(project.path, 'cache'),
  }
  const told: string[] = []
  const tell = async (values: typeof before, line: string, around: Around = {}) => {
    const words = line.split(' ')
    const ran = await tokenidpHere(line.includes(' -- ') ? words : [...words, '-v'], {
      ...around,
      cwd: project.path,
      env: { ...variables, ...variablesOf(values), ...around.env },
    })
    told.push(ran.stdout, ran.stderr)
    return ran.code
  }
  const change = async () => {
    for (const [name, text] of Object.entries(await filesOf(after, 'after')))
      project.write(name, text)
  }
  const written = () =>
    ['out', 'cache'].flatMap((folder) => textsIn(join(project.path, folder), () => true))
  return { before, after, told, tell, change, written }
}

/** Answers which could not even begin. */
async function tryAll({ tell, after }: Awaited<ReturnType<typeof aShop>>) {
  const unusable: string[] = []
  for (const { line, input } of ALL)
    for (const output of ['text', 'json', 'markdown']) {
      const code = await tell(after, line, { env: { TOKENIDP_OUTPUT: output }, input })
      if (code === 64 && output === 'text') unusable.push(line)
    }
  return unusable
}

/** With the old values in the environment, without any, and with a database that does not answer. */
async function fail({ tell, before, after }: Awaited<ReturnType<typeof aShop>>): Promise<void> {
  const nowhere = `postgres://ann:${databasePassword}@127.0.0.1:1/none`
  for (const line of ['plan', 'apply --auto-approve', 'rollback 1 --plan-only', 'secrets check']) {
    await tell(before, line)
    await tell({ ...after, env: [] }, line)
    await tell(after, line, { env: { TOKENIDP_DATABASE_URL: nowhere } })
  }
}

describe.each(stores)('200 secrets on $name', { timeout: 600_000 }, ({ fresh }) => {
  test('are in no output of any command, in whatever form, and in nothing that it writes', async () => {
    const { url, remove } = await fresh()
    onTestFinished(remove)
    const shop = await aShop(url)
    expect(await shop.tell(shop.before, 'apply --auto-approve')).toBe(0)
    await shop.change()
    // Literals stay where they are written: no plan of them is saved.
    expect(await tryAll(shop)).toEqual(['show out/plan.json', 'apply out/plan.json'])
    await fail(shop)

    const kept = [...shop.told, ...shop.written(), await everyRow(url), await sourcesOf(url)]
    const all = kept.join('\n')
    expect(all.length).toBeGreaterThan(1_000_000)
    const secrets = [...valuesOf(shop.before), ...valuesOf(shop.after), ageKey.identity]
    for (const value of [...secrets, password, userCode, imported, databasePassword])
      expect(all.includes(String(value)), String(value)).toBe(false)
  })
})
