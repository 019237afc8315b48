import { beforeEach, describe, expect, test } from 'vitest'
import { document, project, write } from '../support/cli.ts'
import { tokenidpHere } from '../support/in-process.ts'

const documentOf = (kind: string, name: string, spec: string): string =>
  `apiVersion: tokenidp.dev/v1\nkind: ${kind}\nmetadata: { ${name} }\nspec:\n${spec}`

const environment = (name: string, more: string): string =>
  documentOf('Environment', `name: ${name}`, `  kind: dev\n  publicUrl: ${more}`)

const FILES = {
  'tokenidp.yaml': documentOf(
    'Project',
    'name: shops',
    `  vars:
    shopHost: { type: string, default: 'shop.\${var.domain}' }
    domain: { type: string }
    scopes: { type: list, default: [openid, email] }
    failures: { type: integer, default: 5 }
    preview: { type: integer, external: true, default: 0 }
    debug: { type: boolean, external: true, default: false }
`,
  ),
  'dev.yaml': environment(
    'dev',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of the documents
    'http://127.0.0.1:400${var.preview}\n  vars: { domain: shop.test }\n',
  ),
  'prod.yaml': environment(
    'prod',
    'http://127.0.0.1:5000\n  vars: { domain: acme.example, failures: 3 }\n',
  ),
  'acme.yaml': `${documentOf(
    'Tenant',
    'name: acme',
    `  displayName: costs $\${var.domain}
  signIn: { maxFailures: "\${var.failures}" }
  token: { jsonBodies: "\${var.debug}" }
`,
  )}---
${documentOf(
  'Application',
  'tenant: acme, name: web',
  `  type: spa
  displayName: { textFrom: { file: web.txt } }
  scopes: \${var.scopes}
  redirectUris:
    - https://\${var.shopHost}/callback
`,
)}`,
  'web.txt': 'The shop\n',
}

describe('variables', () => {
  let root = ''
  beforeEach(() => {
    root = project(FILES)
  })
  const run = (words: readonly string[], env: Record<string, string> = {}) =>
    tokenidpHere([...words, '-C', root], {
      env: { TOKENIDP_DATABASE_URL: `sqlite:${root}/test.db`, ...env },
    })

  test('take their values from the environment, and a plan names the place of use', async () => {
    const applied = await run(['apply', '--auto-approve', '-e', 'dev'])
    expect(applied, applied.stderr).toMatchObject({ code: 0 })
    const again = await run(['plan', '-e', 'dev', '-o', 'json'])
    expect(document(again)).toMatchObject({ changes: [] })

    write(root, 'dev.yaml', FILES['dev.yaml'].replace('shop.test', 'other.test'))
    const [change] = document(await run(['plan', '-e', 'dev', '-o', 'json'])).changes as [
      { address: string; fields: object[] },
    ]
    expect(change.address).toBe('Application/acme/web')
    expect(change.fields).toMatchObject([
      {
        path: 'redirectUris',
        after: ['https://shop.other.test/callback'],
        origin: { file: 'acme.yaml', line: 16 },
      },
    ])
  })

  test('have types, texts come from files, and $${ is written as it is', async () => {
    const applied = await run(['apply', '--auto-approve', '-e', 'prod', '--var', 'debug=true'])
    expect(applied, applied.stderr).toMatchObject({ code: 0 })
    const { stdout, stderr } = await run(['export'])
    expect(stderr).toBe('')
    expect(stdout).toContain(`displayName: costs $\${var.domain}\n`)
    expect(stdout).toContain('maxFailures: 3\n')
    expect(stdout).toContain('jsonBodies: true\n')
    expect(stdout).toContain('displayName: The shop\n')
    expect(stdout).toContain('- https://shop.acme.example/callback\n')
    expect(stdout).toMatch(/scopes:\n +- email\n +- openid\n/)
  })

  test.for([
    { words: ['-e', 'dev'], publicUrl: 'http://127.0.0.1:4000' },
    { words: ['-e', 'dev', '--var', 'preview=7'], publicUrl: 'http://127.0.0.1:4007' },
    {
      words: ['-e', 'dev'],
      env: { TOKENIDP_VAR_PREVIEW: '8' },
      publicUrl: 'http://127.0.0.1:4008',
    },
    {
      words: ['-e', 'dev', '--var=preview=7'],
      env: { TOKENIDP_VAR_PREVIEW: '8' },
      publicUrl: 'http://127.0.0.1:4007',
    },
  ])('from outside: $words, $env', async ({ words, env, publicUrl }) => {
    await run(['apply', '--auto-approve', ...words], env)
    const { stdout } = await run(['export'])
    expect(stdout).toContain(`publicUrl: ${publicUrl}\n`)
  })

  test.for([
    { words: [], code: 64, says: 'choose one, for instance -e dev' },
    { words: ['-e', 'prd'], code: 64, says: 'choose one, for instance -e prod' },
    { words: ['-e', 'dev', '--var', 'preview'], code: 64, says: '--var takes name=value' },
    { words: ['-e', 'dev', '--var', 'prevew=1'], code: 64, says: '--var preview=…' },
    { words: ['-e', 'dev', '--var', 'domain=a'], code: 64, says: 'external: true' },
    {
      words: ['-e', 'dev', '--var', 'debug=true', '--var', 'debug=true'],
      code: 64,
      says: 'gives "debug" twice',
    },
    { words: ['-e', 'dev', '--var', 'preview=x'], code: 3, says: 'tokenidp.yaml:10:5' },
    { words: ['-e', 'dev', '--var', 'preview=1.5'], code: 3, says: 'must be a whole number' },
    {
      words: ['-e', 'dev'],
      env: { TOKENIDP_VAR_PREVIEW: 'hunter2' },
      code: 3,
      says: 'what TOKENIDP_VAR_PREVIEW holds must be a whole number',
    },
  ])('plan $words is refused: $says', async ({ words, env, code, says }) => {
    const ran = await run(['plan', ...words], env)
    expect(ran.stderr).toContain(says)
    expect(ran.stderr).not.toContain('hunter2')
    expect(ran.code).toBe(code)
  })

  test('a variable of the process that none takes is told', async () => {
    const ran = await run(['plan', '-e', 'dev'], { TOKENIDP_VAR_PREVEIW: '1' })
    expect(ran.code).toBe(0)
    expect(ran.stderr).toContain('TOKENIDP_VAR_PREVEIW is set, and no variable takes it')
  })

  test('validate looks at every environment', async () => {
    write(root, 'prod.yaml', FILES['prod.yaml'].replace('domain: acme.example, ', ''))
    const ran = await run(['validate'])
    expect(ran.code).toBe(3)
    expect(ran.stderr).toContain('has no value in environment "prod"')
  })

  test('the cache keeps what is written, not what it stands for', async () => {
    const many = Array.from({ length: 200 }, (_, index) =>
      (FILES['acme.yaml'].split('---\n')[1] ?? '').replace('name: web', `name: web${index}`),
    )
    write(root, 'many.yaml', many.join('---\n'))
    const env = { XDG_CACHE_HOME: `${root}/.cache` }
    await run(['apply', '--auto-approve', '-e', 'dev'], env)
    for (const name of ['dev', 'prod']) {
      const cached = await run(['plan', '-e', name, '-o', 'json'], env)
      const anew = await run(['plan', '-e', name, '-o', 'json', '--no-cache'], env)
      expect(document(cached).changes).toEqual(document(anew).changes)
    }
  })
})
