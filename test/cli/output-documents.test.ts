import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/commands.ts'
import { selfSigned } from '../support/certificate.ts'
import { document, project, write } from '../support/cli.ts'
import { MASTER_KEY } from '../support/command.ts'
import { aProject, worker } from '../support/documents.ts'
import { everyCommand } from '../support/grammar.ts'
import { type Around, tokenidpHere } from '../support/in-process.ts'
import { portable } from '../support/portable.ts'

const FOLDER = new URL('../../schemas/output/', import.meta.url)

const schemaOf = (kind: string) => {
  const name = kind.replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase()
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'))
}

/** Compared with nothing, so that a failure tells what is wrong with the document. */
function wrongIn(found: Readonly<Record<string, unknown>>): unknown {
  const validate = new Ajv2020({ strictTypes: false, allErrors: true }).compile(
    schemaOf(String(found.kind)),
  )
  return validate(found) ? undefined : validate.errors
}

interface Step {
  readonly words: string
  readonly kind: string
  readonly code?: number
  readonly before?: (root: string) => void
  readonly input?: string
  /** In place of {kid}: a key in this state. */
  readonly kid?: string
}

const signingKey = selfSigned().key

const renamed = (root: string): void =>
  write(root, 'worker.yaml', (portable()['worker.yaml'] ?? '').replace('Worker', 'Night shift'))

/** In this order, on one database. */
const STEPS: readonly Step[] = [
  { words: 'version', kind: 'Version' },
  { words: 'validate', kind: 'Validation' },
  { words: 'test', kind: 'Tests' },
  { words: 'fix --dry-run', kind: 'Fix' },
  { words: 'fmt', kind: 'Format' },
  { words: 'upgrade-config', kind: 'Upgrade' },
  { words: 'render', kind: 'Rendering' },
  { words: 'render --explain acme/worker#spec', kind: 'Origins' },
  { words: 'diff --base ./', kind: 'Difference' },
  { words: 'graph', kind: 'Graph' },
  {
    words: 'import hydra -',
    kind: 'Import',
    input: '{ "client_id": "a", "grant_types": ["client_credentials"], "client_secret": "canary" }',
  },
  { words: 'completion bash', kind: 'Completion' },
  { words: 'explain TIDP1203', kind: 'Explanation' },
  { words: 'explain Application.tokens.access', kind: 'Explanation' },
  { words: 'preview token --app worker', kind: 'TokenPreview' },
  { words: 'status', kind: 'Status' },
  { words: 'plan --out plan.json', kind: 'Plan' },
  { words: 'show plan.json', kind: 'Plan' },
  { words: 'apply plan.json', kind: 'Apply' },
  // All of it is already there.
  { words: 'apply plan.json', kind: 'Apply' },
  { words: 'apply --auto-approve --wait=1s', kind: 'Apply', before: renamed },
  { words: 'apply --auto-approve', kind: 'Apply', before: (root) => write(root, 'more.yaml', '') },
  { words: 'plan', kind: 'Plan', before: (root) => write(root, 'worker.yaml', '') },
  { words: 'plan --fail-on caution --prune --max-deletes 9', kind: 'Error', code: 5 },
  { words: 'apply --auto-approve --prune', kind: 'Error', code: 5 },
  { words: 'apply --auto-approve --prune --max-deletes 9', kind: 'Apply' },
  { words: 'status', kind: 'Status' },
  { words: 'history', kind: 'History' },
  { words: 'show 1', kind: 'Revision' },
  { words: 'show 99', kind: 'Error', code: 1 },
  { words: 'drift', kind: 'Drift' },
  { words: 'audit', kind: 'Audit' },
  { words: 'audit --verify', kind: 'AuditVerification' },
  { words: 'rollback 1 --plan-only', kind: 'Rollback' },
  { words: 'rollback 1 --auto-approve --max-deletes 9', kind: 'Rollback' },
  {
    words: 'override set Application/acme/worker disabled=true --ttl 1h --reason INC-1',
    kind: 'Override',
  },
  { words: 'override list', kind: 'Overrides' },
  { words: 'plan', kind: 'Plan' },
  { words: 'status', kind: 'Status' },
  { words: 'override clear Application/acme/worker', kind: 'Override' },
  { words: 'override clear Application/acme/worker', kind: 'Error', code: 64 },
  { words: 'export', kind: 'Export' },
  { words: 'release Application/acme/worker --auto-approve', kind: 'Ownership' },
  { words: 'adopt Application/acme/worker --auto-approve', kind: 'Ownership' },
  { words: 'gc --older-than 1s --dry-run', kind: 'Collection' },
  { words: 'gc', kind: 'Collection' },
  { words: 'db migrate', kind: 'DatabaseStatus' },
  { words: 'db status', kind: 'DatabaseStatus' },
  { words: 'users add acme bob --password-file -', kind: 'User', input: 'a long password' },
  { words: 'users list acme', kind: 'Users' },
  { words: 'users set-password acme bob --password-file -', kind: 'User', input: 'another one' },
  { words: 'users set-user-code acme bob --code-file -', kind: 'User', input: '123456' },
  { words: 'users revoke-all acme bob', kind: 'Revocation' },
  { words: 'users disable acme bob', kind: 'User' },
  { words: 'sessions list acme', kind: 'Sessions' },
  { words: 'sessions end acme --user bob', kind: 'SessionEnd' },
  { words: 'api-tokens create acme worker --resource orders-api', kind: 'ApiToken' },
  { words: 'api-tokens list acme', kind: 'ApiTokens' },
  { words: 'api-tokens revoke acme nobody', kind: 'Error', code: 1 },
  { words: 'deliveries list acme', kind: 'Deliveries' },
  { words: 'keys rotate acme', kind: 'KeyRotation' },
  { words: 'keys list acme', kind: 'Keys' },
  { words: 'keys import acme -', kind: 'KeyImport', input: signingKey },
  { words: 'secrets rotate acme worker', kind: 'IssuedSecret' },
  { words: 'secrets list acme', kind: 'Secrets' },
  { words: 'secrets check', kind: 'SecretsCheck' },
  { words: 'secrets rekey --dry-run', kind: 'Rekey' },
  { words: 'secrets rekey', kind: 'Rekey' },
  { words: 'keys promote acme --now -- {kid}', kind: 'KeyStep', kid: 'pending' },
  { words: 'keys retire acme -- {kid}', kind: 'KeyStep', kid: 'pending' },
  { words: 'keys revoke acme --compromised -- {kid}', kind: 'KeyRevocation', kid: 'active' },
  { words: 'keys export acme --public', kind: 'PublicKeys' },
  { words: 'keys doctor acme --url http://127.0.0.1:1/', kind: 'KeyDiagnosis', code: 1 },
  { words: 'doctor -', kind: 'TokenDiagnosis', code: 1, input: 'a.b.c' },
  { words: 'keys list nowhere', kind: 'Error', code: 1 },
  { words: 'plan --no-such-flag', kind: 'Error', code: 64 },
  { words: 'init new', kind: 'Init' },
  {
    words: 'validate',
    kind: 'Error',
    code: 3,
    before: (root) => write(root, 'worker.yaml', worker().replace('machine', 'engine')),
  },
]

async function keyOf(state: string, around: Around): Promise<string | undefined> {
  const { keys } = document(await tokenidpHere(['keys', 'list', 'acme'], around))
  return (keys as { state: string; kid: string }[]).find((key) => key.state === state)?.kid
}

/** They print what they are asked for, or run until they are stopped. */
const WITHOUT_DOCUMENT = ['schema', 'serve', 'dev', '__complete']

test('every command prints one document of its published schema', {
  timeout: 120_000,
}, async () => {
  const root = project(portable())
  const env = {
    TOKENIDP_DATABASE_URL: `sqlite:${join(root, 'test.db')}`,
    TOKENIDP_MASTER_KEY: MASTER_KEY,
    WORKER_SECRET: 'canary-secret',
  }
  for (const { words, kind, code = 0, before, input = '', kid } of STEPS) {
    before?.(root)
    const told = { cwd: root, env: { ...env, TOKENIDP_OUTPUT: 'json' }, input }
    const key = kid && (await keyOf(kid, told))
    const ran = await tokenidpHere(words.replace('{kid}', key ?? '').split(' '), told)
    expect(ran.code, `${words}\n${ran.stderr}`).toBe(code)
    const found = document(ran)
    expect(found.kind, words).toBe(kind)
    expect(wrongIn(found), words).toBeUndefined()
    expect(ran.stdout).not.toContain('canary')
  }
  expect(wrongIn(JSON.parse(readFileSync(join(root, 'plan.json'), 'utf8')))).toBeUndefined()
})

test('secrets that are made are told in a document of its published schema', async () => {
  const root = project(aProject({ 'worker.yaml': worker('{ generate: { bytes: 32 } }') }))
  const words = ['apply', '--auto-approve', '--secrets-out', 'file:secrets.json']
  expect(await tokenidpHere(words, { cwd: root })).toMatchObject({ code: 0 })
  const found = JSON.parse(readFileSync(join(root, 'secrets.json'), 'utf8'))
  expect(found.kind).toBe('GeneratedSecrets')
  expect(wrongIn(found)).toBeUndefined()
})

test('every command and every schema is tried above', () => {
  expect(COMMANDS.length).toBeGreaterThan(0)
  const untried = everyCommand().filter(
    (name) => !STEPS.some(({ words }) => words.startsWith(name)),
  )
  expect(untried.toSorted()).toEqual(WITHOUT_DOCUMENT.toSorted())
  const elsewhere = ['GeneratedSecrets', 'SavedPlan', 'BugReport', 'ApplyPhase', 'AppliedChange']
  const tried = new Set([...STEPS.map(({ kind }) => kind), ...elsewhere])
  const published = readdirSync(FOLDER).map(
    (name) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')).title,
  )
  expect(published.toSorted()).toEqual([...tried].toSorted())
})

test.for(['output/plan', 'output/status', 'Application'])(
  'tokenidp schema %s prints it',
  async (name) => {
    const ran = await tokenidpHere(['schema', name])
    expect(ran).toMatchObject({ code: 0 })
    expect(JSON.parse(ran.stdout)).toMatchObject({ type: 'object' })
    expect((await tokenidpHere(['schema', '--help'])).stdout).toContain(`\n  ${name}\n`)
  },
)

test('tokenidp schema knows no other', async () => {
  const ran = await tokenidpHere(['schema', 'output/plann'])
  expect(ran.code).toBe(64)
  expect(ran.stderr).toContain('tokenidp schema output/plan')
  expect(await tokenidpHere(['schema', '../package'])).toMatchObject({ code: 64 })
})
