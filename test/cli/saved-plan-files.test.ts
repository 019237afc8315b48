import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { digest } from '../../src/base/digest.ts'
import { canonicalJson } from '../../src/base/json.ts'
import { document, project } from '../support/cli.ts'
import { aProject, worker } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { portable } from '../support/portable.ts'

const DAY_MS = 86_400_000

describe('tokenidp plan --out', () => {
  const inProject = (files: Record<string, string>) => {
    const root = project(files)
    const env = { WORKER_SECRET: 'canary-secret' }
    return (...words: string[]) => tokenidpHere(words, { cwd: root, env })
  }

  test.for([
    {
      what: 'a secret file',
      files: { 'worker.yaml': worker('{ fromFile: secret }'), secret: 'from a file' },
      place: 'worker.yaml:15',
    },
    { what: 'a new literal', files: { 'worker.yaml': worker() }, place: 'worker.yaml:15' },
  ])('does not save what would lack $what', async ({ files, place }) => {
    const ran = await inProject(portable(files))('plan', '--out', 'plan.json')
    expect(ran.code).toBe(3)
    expect(ran.stderr).toMatch(new RegExp(`error\\[TIDP410[12]\\].*\\n.*${place}[^]*fromEnv`))
  })

  test('saves a plan that leaves literals as they are', async () => {
    const run = inProject(aProject())
    expect(await run('apply', '--auto-approve')).toMatchObject({ code: 0 })
    expect(await run('plan', '--out', 'plan.json')).toMatchObject({ code: 0 })
    expect(await run('apply', 'plan.json')).toMatchObject({ code: 0 })
  })

  test.for([
    ['--expires', '24h'],
    ['--out', 'plan.json', '--expires', 'soon'],
    ['--out', 'plan.json', '--expires', '0s'],
  ])('refuses %s', async (words) => {
    expect(await inProject(portable())('plan', ...words)).toMatchObject({ code: 64 })
  })

  test('refuses a signing key that signs nothing', async () => {
    const root = project(portable({ 'key.pem': 'no key' }))
    const env = { WORKER_SECRET: 'x', TOKENIDP_PLAN_SIGNING_KEY_FILE: 'key.pem' }
    const ran = await tokenidpHere(['plan', '--out', 'plan.json'], { cwd: root, env })
    expect(ran).toMatchObject({ code: 64 })
  })

  test('applies a plan as it was saved', async () => {
    const run = inProject(portable())
    await run('plan', '--out', 'plan.json', '--prune')
    expect(await run('apply', 'plan.json', '--no-prune')).toMatchObject({ code: 64 })
    expect(await run('apply', 'plan.json', '--dry-run')).toMatchObject({ code: 64 })
    expect(await run('apply', 'plan.json', '--prune')).toMatchObject({ code: 0 })
  })
})

describe('tokenidp show', () => {
  test('tells a saved plan, without a database and without the values of secrets', async () => {
    const root = project(portable())
    const env = { WORKER_SECRET: 'canary-secret', TOKENIDP_ACTOR: 'ada' }
    await tokenidpHere(['plan', '--out', 'plan.json'], { cwd: root, env })
    const shown = await tokenidpHere(['show', join(root, 'plan.json')], { cwd: project({}) })
    expect(shown.code).toBe(0)
    expect(shown.stdout).toContain('+ Application/acme/worker (worker.yaml:5)')
    expect(shown.stdout).toMatch(/saved +\S+Z by ada\nexpires/)
    expect(shown.stdout).toContain('signature    none')
    const late = await tokenidpHere(['show', join(root, 'plan.json'), '-o', 'json'], {
      nowMs: Date.now() + 8 * DAY_MS,
    })
    expect(document(late)).toMatchObject({
      kind: 'Plan',
      saved: { actor: 'ada', isExpired: true, signature: null },
    })
  })

  test.for([
    { what: 'no file', text: undefined, says: 'cannot be read' },
    { what: 'an empty file', text: '', says: 'it is empty' },
    { what: 'half a file', text: '{"kind":"SavedPlan","form', says: 'not JSON' },
    { what: 'a list', text: '[]', says: 'not a JSON object' },
    { what: 'another document', text: '{"kind":"Plan","formatVersion":"1.0"}', says: 'kind' },
    {
      what: 'a later format',
      text: '{"kind":"SavedPlan","formatVersion":"2.0"}',
      says: 'does not know',
    },
    {
      what: 'a deep file',
      text: `{"kind":"SavedPlan","formatVersion":"1.0","fingerprint":"","deep":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      says: 'too deep',
    },
  ])('and apply refuse $what', async ({ text, says }) => {
    const root = project(text === undefined ? {} : { 'plan.json': text })
    for (const command of ['show', 'apply']) {
      const ran = await tokenidpHere([command, 'plan.json'], { cwd: root })
      expect(ran.code).toBe(64)
      expect(ran.stderr).toContain(says)
    }
  })

  test('refuses a document of ours that lacks something', async () => {
    const contents = { kind: 'SavedPlan', formatVersion: '1.0' }
    const text = JSON.stringify({ ...contents, fingerprint: digest(canonicalJson(contents)) })
    const ran = await tokenidpHere(['show', 'plan.json'], { cwd: project({ 'plan.json': text }) })
    expect(ran).toMatchObject({ code: 64 })
  })
})
