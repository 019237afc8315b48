import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { document, project } from '../support/cli.ts'
import { ROOT } from '../support/command.ts'
import { aProject } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { xml } from '../support/junit.ts'
import { junitProblems } from '../support/junit-schema.ts'

const HEAD = 'apiVersion: tokenidp.dev/v1\n'

const DOCUMENTS = `${HEAD}kind: Application
metadata: { tenant: acme, name: shop }
spec:
  clientId: shop-1
  type: web
  redirectUris: [https://shop.acme.example/callback]
  postLogoutRedirectUris: [https://shop.acme.example/]
  scopes: [openid, email, offline_access, 'orders:read']
  tokens: { access: { ttl: 5m } }
  clientAuth: { secrets: [{ id: a, value: { fromEnv: NOBODY_HAS_SET_THIS }, expiresAt: 2030-01-31T00:00:00Z }] }
---
${HEAD}kind: Application
metadata: { tenant: acme, name: tool }
spec: { type: native, redirectUris: ['http://127.0.0.1/callback'], scopes: [openid] }
---
${HEAD}kind: Application
metadata: { tenant: acme, name: pushing }
spec:
  type: spa
  par: required
  corsOrigins: [https://scripts.acme.example]
  redirectUris: [https://pushing.acme.example/callback]
  scopes: [openid]
`

const testsOf = (...tests: readonly string[]): string =>
  `${HEAD}kind: Test
metadata: { tenant: acme, name: shop }
spec:
  application: shop
  tests:
${tests.map((each) => `    - ${each}\n`).join('')}`

const CALLBACK = 'https://shop.acme.example/callback'

/** What is true of the documents above. */
const TRUE = [
  `{ when: { redirectUri: '${CALLBACK}' }, expect: accepted }`,
  `{ when: { redirectUri: '${CALLBACK}/' }, expect: refused }`,
  `{ when: { redirectUri: '${CALLBACK}?x=1' }, expect: { error: invalid_request } }`,
  `{ application: tool, when: { redirectUri: 'http://127.0.0.1:53211/callback' }, expect: accepted }`,
  `{ application: tool, when: { redirectUri: 'http://localhost:53211/callback' }, expect: refused }`,
  `{ when: { postLogoutRedirectUri: 'https://shop.acme.example/' }, expect: accepted }`,
  `{ when: { postLogoutRedirectUri: 'https://shop.acme.example/other' }, expect: refused }`,
  `{ when: { corsOrigin: 'https://scripts.acme.example' }, expect: accepted }`,
  `{ when: { corsOrigin: 'https://shop.acme.example' }, expect: refused }`,
  `{ when: { corsOrigin: 'https://pushing.acme.example' }, expect: accepted }`,
  '{ when: { grant: refresh_token }, expect: accepted }',
  '{ when: { grant: client_credentials }, expect: { error: unauthorized_client } }',
  '{ application: worker, when: { grant: client_credentials }, expect: accepted }',
  '{ when: { authorize: { pkce: none } }, expect: { error: invalid_request } }',
  '{ when: { authorize: { pkce: plain } }, expect: refused }',
  "{ when: { authorize: { scope: 'openid admin' } }, expect: { error: invalid_scope } }",
  '{ when: { authorize: { resource: https://other.example } }, expect: { error: invalid_target } }',
  '{ when: { authorize: { parameters: { prompt: dance } } }, expect: { error: invalid_request } }',
  '{ when: { authorize: { scope: openid, redirectUri: https://a.example } }, expect: refused }',
  `{ when: { authorize: { scope: 'openid orders:read' } }, expect: {
      scopes: [orders:read, openid], audience: https://api.acme.example, format: jwt,
      lifetime: 300s, refreshToken: false, accessToken: { client_id: shop-1, roles: null } } }`,
  `{ when: { authorize: { scope: 'openid email offline_access', user: alice } }, expect: {
      audience: 'http://127.0.0.1:4000/acme', format: opaque, refreshToken: true,
      idToken: { aud: shop-1, name: null }, userinfo: { email: alice@acme.example } } }`,
  '{ application: pushing, when: { authorize: {} }, expect: accepted }',
  '{ application: pushing, when: { authorize: { pushed: false } }, expect: refused }',
  '{ application: worker, when: { clientCredentials: {} }, expect: { scopes: [orders:read] } }',
  '{ application: worker, when: { clientCredentials: { scope: openid } }, expect: { error: invalid_scope } }',
  '{ when: { clientCredentials: {} }, expect: { error: unauthorized_client } }',
]

const aShop = (files: Readonly<Record<string, string>>) => {
  const root = project(aProject({ 'shop.yaml': DOCUMENTS, ...files }))
  return {
    root,
    run: (words: string, env: Record<string, string> = {}) =>
      tokenidpHere(words.split(' '), { cwd: root, env }),
  }
}

describe('tokenidp test', () => {
  test('what the configuration does is what its tests expect', async () => {
    const { run } = aShop({ 'shop.test.yaml': testsOf(...TRUE) })
    const ran = await run('test')
    expect(ran, ran.stdout).toMatchObject({ code: 0, stderr: '' })
    expect(ran.stdout).not.toContain('✗')
    expect(ran.stdout).toMatch(/\n26 tests passed, 0 failed\.\n$/)
    expect(ran.stdout).toContain(`✓ shop.test.yaml:7  shop: redirectUri ${CALLBACK}\n`)
  })

  test('each expectation can fail', async () => {
    const opposite = TRUE.map((each) =>
      each.includes('expect: accepted')
        ? each.replace('expect: accepted', 'expect: refused')
        : each.replace(/expect: (?:refused|\{ error: \w+ \})/, 'expect: accepted'),
    ).filter((each) => !/expect: \{/.test(each))
    const { run } = aShop({ 'shop.test.yaml': testsOf(...opposite) })
    const found = document(await run('test -o json'))
    expect(found).toMatchObject({ passed: 0, failed: opposite.length })
  })

  test.for([
    {
      part: 'scopes',
      expected: '[openid]',
      is: 'expected ["openid"], is ["openid","orders:read"]',
    },
    { part: 'audience', expected: 'https://a.example', is: 'is https://api.acme.example' },
    { part: 'format', expected: 'opaque', is: 'expected opaque, is jwt' },
    { part: 'lifetime', expected: '10m', is: 'expected 10m, is 5m' },
    { part: 'refreshToken', expected: 'true', is: 'expected true, is false' },
    { part: 'accessToken', expected: '{ scope: openid }', is: 'is openid orders:read' },
    { part: 'idToken', expected: '{ sub: null }', is: 'expected nothing, is <sub of somebody>' },
    { part: 'userinfo', expected: '{ email: a }', is: 'userinfo.email: expected a, is nothing' },
    {
      part: 'error',
      expected: 'invalid_scope',
      is: 'expected refused: invalid_scope, is accepted',
    },
  ])('$part that is otherwise is told', async ({ part, expected, is }) => {
    const { run } = aShop({
      'shop.test.yaml': testsOf(
        `name: mine\n      when: { authorize: { scope: 'openid orders:read' } }\n      expect:\n        ${part}: ${expected}`,
      ),
    })
    const ran = await run('test')
    expect(ran).toMatchObject({ code: 3, stderr: '' })
    expect(ran.stdout).toContain('✗ shop.test.yaml:7  mine\n')
    expect(ran.stdout).toContain(is)
    expect(ran.stdout).toContain('0 tests passed, 1 failed.')
  })

  test('reports and the document say the same, in every environment', async () => {
    const { root, run } = aShop({
      'prod.yaml': `${HEAD}kind: Environment
metadata: { name: prod }
spec: { kind: production, publicUrl: https://id.acme.example }
`,
      'alice.yaml': '',
      'worker.yaml': '',
      'shop.test.yaml': testsOf(
        "{ name: '<issuer> & \"more\"', when: { authorize: { scope: openid } }, expect: { audience: 'https://id.acme.example/acme' } }",
      ),
    })
    const ran = await run(
      'test -o json --report junit=j.xml --report github=g --report sarif=s',
      {},
    )
    expect(ran.code, ran.stdout).toBe(3)
    const is = 'http://127.0.0.1:4000/acme'
    expect(document(ran)).toMatchObject({
      kind: 'Tests',
      passed: 1,
      failed: 1,
      tests: [
        { environment: 'dev', passed: false, misses: [{ part: 'audience', actual: is }] },
        { environment: 'prod', passed: true, misses: [] },
      ],
      diagnostics: [{ code: 'TIDP3080', at: { file: 'shop.test.yaml', line: 7 } }],
    })
    const junit = readFileSync(join(root, 'j.xml'), 'utf8')
    expect(junitProblems(xml(junit))).toEqual([])
    expect(junit).toContain('tests="2" failures="1"')
    expect(readFileSync(join(root, 'g'), 'utf8')).toMatch(/^::error file=shop.test.yaml,line=7,/)
    expect(readFileSync(join(root, 's'), 'utf8')).toContain('"ruleId":"TIDP3080"')
    const dev = await run('test -e prod --report markdown=-')
    expect(dev).toMatchObject({ code: 0, stderr: '' })
    expect(dev.stdout).toContain('### tokenidp: 1 test passed')
  })

  test('tests take the variables of the environment, and need none of the secrets', async () => {
    const folder = `${ROOT}config-examples/multi-tenant`
    const ran = await tokenidpHere(['test', '-C', folder])
    expect(ran, ran.stdout).toMatchObject({ code: 0, stderr: '' })
    expect(ran.stdout).toContain('[prod]')
    const north = await tokenidpHere(['test', 'tenants/north', '-e', 'dev'], { cwd: folder })
    expect(north.stdout).toMatch(/\n10 tests passed/)
  })

  test.for([
    {
      what: 'an application',
      tests: testsOf('{ application: shpo, when: { grant: password }, expect: refused }'),
      says: /TIDP1203\]: unknown application "shpo"[\s\S]*did you mean "shop"\?/,
    },
    {
      what: 'a tenant',
      tests: testsOf('{ when: { grant: password }, expect: refused }').replace('acme', 'acne'),
      says: /TIDP1203\]: unknown tenant "acne"[\s\S]*did you mean "acme"\?/,
    },
    {
      what: 'a user',
      tests: testsOf('{ when: { authorize: { user: alcie } }, expect: accepted }'),
      says: /TIDP1203\]: unknown user "alcie"[\s\S]*did you mean "alice"\?/,
    },
    {
      what: 'a field',
      tests: testsOf('{ when: { redirect_uri: a }, expect: refused }'),
      says: /TIDP1101\]: unknown field "redirect_uri"[\s\S]*did you mean "redirectUri"\?/,
    },
    {
      what: 'a variable',
      tests: testsOf(`{ when: { redirectUri: '\${var.host}' }, expect: refused }`),
      says: /TIDP1220\]/,
    },
    {
      what: 'two questions in one',
      tests: testsOf('{ when: { redirectUri: a, grant: password }, expect: refused }'),
      says: /TIDP1105\]: spec.tests\[0\].when must have exactly one of redirectUri/,
    },
    {
      what: 'another answer',
      tests: testsOf('{ when: { redirectUri: a }, expect: rejected }'),
      says: /TIDP1105\]: spec.tests\[0\].expect must be accepted, refused, or/,
    },
    {
      what: 'tokens of an address',
      tests: testsOf('{ when: { redirectUri: a }, expect: { audience: b } }'),
      says: /TIDP1105\]: no audience comes of this/,
    },
    {
      what: 'nobody',
      tests: testsOf('{ when: { grant: password }, expect: refused }').replace(
        '  application: shop\n',
        '',
      ),
      says: /TIDP1102\]: nobody asks this/,
    },
    {
      what: 'an object',
      tests: `${HEAD}kind: Tenant\nmetadata: { name: more }\n`,
      says: /TIDP1004\]/,
    },
  ])(
    'a file of tests with $what that is wrong is told, with its place',
    async ({ tests, says }) => {
      const { run } = aShop({ 'shop.test.yaml': tests })
      const ran = await run('test')
      expect(ran).toMatchObject({ code: 3, stdout: '' })
      expect(ran.stderr).toMatch(says)
      expect(ran.stderr).toMatch(/--> shop\.test\.yaml:\d+:\d+/)
      expect(ran.stderr).not.toContain('tokenidp fix')
    },
  )

  test('tests are never applied, and are looked for where they are asked for', async () => {
    const { run, root } = aShop({ 'more/shop.test.yaml': testsOf(TRUE[0] ?? '') })
    const plan = document(await run('plan -o json --no-secrets'))
    expect(JSON.stringify(plan.changes)).not.toContain('Test/')
    expect((await run('fmt')).stdout).toContain('more/shop.test.yaml\n')
    expect(readFileSync(join(root, 'more/shop.test.yaml'), 'utf8')).toContain('\n    - when:\n')
    expect((await run('test more')).stdout).toContain('1 test passed')
    expect(await run('test worker.yaml')).toMatchObject({ code: 64 })
    expect((await run('explain Test.tests')).stdout).toContain('fields: name, application, when')
    expect((await tokenidpHere(['test', '-C', `${ROOT}config-examples/minimal`])).stdout).toMatch(
      /^No tests: /,
    )
  })
})
