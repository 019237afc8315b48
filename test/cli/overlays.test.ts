import { beforeEach, describe, expect, test } from 'vitest'
import { document, project, write } from '../support/cli.ts'
import { tokenidpHere } from '../support/in-process.ts'

const HEAD = 'apiVersion: tokenidp.dev/v1\n'

const FILES = {
  'tokenidp.yaml': `${HEAD}kind: Project
metadata: { name: overlays }
spec:
  vars: { idle: { type: string, default: 1h } }
---
${HEAD}kind: Environment
metadata: { name: dev }
spec: { kind: dev, publicUrl: 'http://127.0.0.1:4000' }
---
${HEAD}kind: Environment
metadata: { name: prod }
spec: { kind: dev, publicUrl: 'http://127.0.0.1:4000', vars: { idle: 30m } }
`,
  'profile.yaml': `${HEAD}kind: Profile
metadata: { name: web }
spec:
  kind: Application
  defaults:
    type: spa
    scopes: [openid, email]
    tokens: { refresh: { ttl: 20d, idle: '\${var.idle}' }, id: { ttl: 10m } }
`,
  'acme.yaml': `${HEAD}kind: Tenant
metadata: { name: acme }
---
${HEAD}kind: Application
metadata: { tenant: acme, name: web, labels: { tier: gold } }
spec:
  profile: web
  displayName: Web
  tokens: { id: { ttl: 5m } }
  redirectUris: [https://a.example/callback, https://b.example/callback]
---
${HEAD}kind: Application
metadata: { tenant: acme, name: other }
spec:
  profile: web
  scopes: [openid]
  redirectUris: [https://c.example/callback]
`,
  'prod.yaml': `${HEAD}kind: Patch
metadata: { name: gold }
spec:
  environments: [prod]
  target: { kind: Application, tenant: 'ac*', labels: { tier: gold } }
  patch:
    lifecycle: { protect: true }
    spec:
      displayName: { $delete: true }
      tokens: { id: { ttl: 2m } }
      redirectUris:
        $remove: [https://a.example/callback]
        $append: [https://d.example/callback]
---
${HEAD}kind: Patch
metadata: { name: last }
spec:
  environments: [prod]
  order: 1
  target: { kind: Application, name: web }
  patch: { spec: { tokens: { id: { ttl: 1m } } } }
`,
}

interface Planned {
  readonly address: string
  readonly fields: readonly {
    readonly path: string
    readonly after: unknown
    readonly origin: { readonly file: string; readonly line: number }
  }[]
}

describe('profiles and patches', () => {
  let root = ''
  beforeEach(() => {
    root = project(FILES)
  })
  const run = (...words: string[]) =>
    tokenidpHere([...words, '-C', root], {
      env: { TOKENIDP_DATABASE_URL: `sqlite:${root}/test.db`, XDG_CACHE_HOME: `${root}/.cache` },
    })
  const apply = async (environment: string) => {
    const applied = await run('apply', '--auto-approve', '-e', environment)
    expect(applied, applied.stderr).toMatchObject({ code: 0 })
    const again = document(await run('plan', '-e', environment, '-o', 'json'))
    expect(again.changes).toEqual([])
  }
  /** What the next apply would change of an object: by field, the value and its place. */
  const planned = async (environment: string, address: string) => {
    const plan = document(await run('plan', '-e', environment, '-o', 'json'))
    const changes = plan.changes as unknown as readonly Planned[]
    const fields = changes.find((change) => change.address === address)?.fields ?? []
    return Object.fromEntries(
      fields.map(({ path, after, origin }) => [path, [after, `${origin.file}:${origin.line}`]]),
    )
  }

  test('a profile fills up what is not said, member by member', async () => {
    await apply('dev')
    const { stdout } = await run('export')
    const [, other = '', web = ''] = stdout.split('kind: Application')
    expect(web).toContain('displayName: Web')
    expect(web).toMatch(/scopes:\n +- email\n +- openid\n/)
    expect(web).toMatch(/id:\n +ttl: 5m/)
    expect(web).toMatch(/refresh:\n +ttl: 20d\n +idle: 1h/)
    expect(other).toMatch(/scopes:\n +- openid\n +\w/)
    expect(stdout).not.toMatch(/profile|Patch/)
  })

  test('patches change what they fit, in their environment, in their order', async () => {
    write(root, 'prod.yaml', '')
    write(root, 'tokenidp.yaml', FILES['tokenidp.yaml'].replace('30m', '45m'))
    await apply('prod')
    for (const name of ['tokenidp.yaml', 'prod.yaml'] as const) write(root, name, FILES[name])
    expect(await planned('prod', 'Application/acme/web')).toEqual({
      'lifecycle.protect': [true, 'prod.yaml:8'],
      displayName: ['web', 'prod.yaml:10'],
      redirectUris: [['https://b.example/callback', 'https://d.example/callback'], 'prod.yaml:12'],
      'tokens.id.ttl': [60, 'prod.yaml:23'],
      'tokens.refresh.idle': [1800, 'profile.yaml:9'],
    })
    expect(await planned('prod', 'Application/acme/other')).toEqual({
      'tokens.refresh.idle': [1800, 'profile.yaml:9'],
    })
    await apply('prod')
  })

  test.for([
    { by: 'a profile', change: { 'prod.yaml': '' } },
    {
      by: 'a patch',
      change: {
        'acme.yaml': FILES['acme.yaml'].replaceAll('  profile: web\n', ''),
        'profile.yaml': '',
        'prod.yaml': `${HEAD}kind: Patch
metadata: { name: idle }
spec:
  target: { kind: Application }
  patch: { spec: { type: spa, tokens: { refresh: { ttl: 20d, idle: '\${var.idle}' } } } }
`,
      },
    },
  ])('what $by says is not missed before an environment is chosen', async ({ change }) => {
    for (const [name, text] of Object.entries(change)) write(root, name, text)
    const checked = await run('validate')
    expect(checked, checked.stderr).toMatchObject({ code: 0, stderr: '' })
    expect(await run('plan')).toMatchObject({ code: 64 })
  })

  test('a saved plan carries what was composed, and nobody has to compose it again', async () => {
    await run('plan', '-e', 'prod', '--out', `${root}/plan.json`)
    write(root, 'prod.yaml', '')
    const applied = await run('apply', `${root}/plan.json`, '--auto-approve')
    expect(applied, applied.stderr).toMatchObject({ code: 0 })
    expect((await run('export')).stdout).toContain('https://d.example/callback')
    expect((await run('drift', '--detailed-exitcode')).code).toBe(0)
  })

  test('a secret in a profile is no less a secret', async () => {
    write(
      root,
      'profile.yaml',
      FILES['profile.yaml']
        .replace('type: spa', 'type: web\n    clientAuth: { secrets: [{ id: a, value: hunter2 }] }')
        .replaceAll('\n    ', '\n    '),
    )
    write(
      root,
      'tokenidp.yaml',
      FILES['tokenidp.yaml'].replaceAll('kind: dev,', 'kind: production,'),
    )
    const ran = await run('validate', '-e', 'dev')
    expect(ran.code).toBe(3)
    expect(ran.stderr).toContain('error[TIDP2001]')
    expect(ran.stderr).toContain('--> profile.yaml:8:')
    expect(ran.stderr).toContain('it is a part of Application/acme/')
    expect(ran.stdout + ran.stderr).not.toContain('hunter2')
  })

  test('render shows what all comes to, and it reads back as the same', async () => {
    await apply('prod')
    const rendered = await run('render', '-e', 'prod')
    expect(rendered.stdout).toContain('kind: Application')
    expect(await run('render', '-e', 'prod', '-o', 'yaml')).toEqual(rendered)
    const { stdout } = await run('render', '-e', 'prod', 'acme/web')
    expect(rendered.stdout).toContain(stdout.slice(stdout.indexOf('apiVersion')))
    for (const name of Object.keys(FILES)) write(root, name, '')
    write(root, 'tokenidp.yaml', rendered.stdout)
    const plan = await run('plan', '-o', 'json')
    expect(document(plan).changes, plan.stderr).toEqual([])
  })

  test('render --explain names who says what, element by element', async () => {
    const { stdout, stderr } = await run('render', '-e', 'prod', '--explain', 'acme/web')
    expect(stderr).toBe('')
    const said = (line: string) =>
      expect(stdout.replaceAll(/ {2,}/g, '  ')).toContain(`\n  ${line}\n`)
    expect(stdout).toMatch(/^Application\/acme\/web\n/)
    said('metadata.name  "web"  acme.yaml:7')
    said('lifecycle.protect  true  prod.yaml:8 (patch gold)')
    said('spec.type  "spa"  profile.yaml:7 (profile web)')
    said('spec.redirectUris[0]  "https://b.example/callback"  acme.yaml:12')
    said('spec.redirectUris[1]  "https://d.example/callback"  prod.yaml:14 (patch gold)')
    said('spec.tokens.id.ttl  "1m"  prod.yaml:23 (patch last)')
    said(
      'spec.tokens.refresh.idle  "30m"  profile.yaml:9 (profile web)\n  idle from tokenidp.yaml:15',
    )
    said('spec.pkce  "required"  default')
  })

  test.for([
    { what: 'Application/acme/web#redirectUris[1]', paths: ['spec.redirectUris[1]'] },
    { what: 'acme/web#spec.tokens.id', paths: ['spec.tokens.id.ttl', 'spec.tokens.id.algorithm'] },
    { what: 'Tenant/acme#session', paths: ['spec.session.idle', 'spec.session.absolute'] },
  ])('render --explain $what -o json', async ({ what, paths }) => {
    const shown = await run('render', '-e', 'prod', '--explain', what, '-o', 'json')
    expect(document(shown)).toMatchObject({ values: paths.map((path) => ({ path })) })
  })

  test.for([
    { words: ['--explain', 'acme/wbe'], says: 'did you mean Application/acme/web?' },
    { words: ['--explain', 'acme/web#spec.tokns'], says: 'has nothing at spec.tokns' },
    { words: ['--explain', 'acme/web#redirectUri'], says: 'tokenidp render --explain' },
    { words: ['acme/none'], says: 'there is no object acme/none' },
  ])('render $words: $says', async ({ words, says }) => {
    const shown = await run('render', '-e', 'prod', ...words)
    expect(shown.stderr).toContain(says)
    expect(shown.code).toBe(1)
  })
})
