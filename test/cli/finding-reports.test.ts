import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { write } from '../support/cli.ts'
import { type Element, xml } from '../support/junit.ts'
import { junitProblems } from '../support/junit-schema.ts'
import { aShop, LOOSE, WRONG } from '../support/reported.ts'

const LITERAL = `apiVersion: tokenidp.dev/v1
kind: Application
metadata: { tenant: acme, name: again }
spec:
  type: spa
  redirectUris: [https://shop.acme.example/callback]
  clientAuth: { secrets: [{ id: a, value: canary-7f3a }] }
`

describe('--report junit', () => {
  const casesIn = (root: Element) => root.elements[0]?.elements ?? []

  test('has a test for each error, and for each file without one', async () => {
    const { run, read } = aShop({ 'shop.yaml': WRONG })
    expect(await run(['validate', '--report', 'junit=out.xml'])).toMatchObject({ code: 3 })
    const report = xml(read('out.xml'))
    expect(junitProblems(report)).toEqual([])
    expect(report.attributes).toMatchObject({ tests: '6', failures: '2', errors: '0' })
    const failed = casesIn(report).filter(({ elements }) => elements.length > 0)
    expect(failed.map(({ attributes }) => attributes.name)).toEqual([
      'TIDP1101 idp/shop.yaml:6:3',
      'TIDP1101 idp/shop.yaml:8:3',
    ])
  })

  test('warnings are beside, and what is no XML is not in it', async () => {
    const { run, read } = aShop({ 'shop.yaml': LOOSE, 'tokenidp.yaml': 'a: "\u0001]]>"\n' })
    await run(['validate', '--report', 'junit=out.xml'])
    expect(junitProblems(xml(read('out.xml')))).toEqual([])
    const loose = aShop({ 'shop.yaml': LOOSE })
    expect(await loose.run(['validate', '--report', 'junit=out.xml'])).toMatchObject({ code: 0 })
    const report = xml(loose.read('out.xml'))
    expect(junitProblems(report)).toEqual([])
    expect(report.attributes).toMatchObject({ tests: '5', failures: '0', errors: '0' })
    const told = casesIn(report).flatMap(({ elements }) => elements.map(({ text }) => text))
    expect(told).toEqual([
      expect.stringMatching(/^TIDP2020 idp\/shop\.yaml:7:28\naccess tokens live/),
    ])
  })

  test('a failure that is in no document is one, too', async () => {
    const { run, read } = aShop({})
    await run(['validate', '-e', 'nowhere', '--report', 'junit=out.xml'])
    const report = xml(read('out.xml'))
    expect(junitProblems(report)).toEqual([])
    expect(report.attributes).toMatchObject({ failures: '0', errors: '1' })
  })
})

describe('GitHub Actions', () => {
  const ANNOTATION = /^::(error|warning|notice) [^\n]*$/gm

  test('--report github=- prints annotations that cannot be taken for others', async () => {
    const { run } = aShop({
      'shop.yaml': WRONG.replace('color: red', '"a\\n::error::b%0A": red'),
    })
    const { stdout } = await run(['validate', '--report', 'github=-'])
    expect(stdout.match(ANNOTATION)).toEqual([
      '::error file=idp/shop.yaml,line=6,endLine=6,col=3,endColumn=16,title=TIDP1101::unknown field "redirect_uris" in spec%0Ahelp: did you mean "redirectUris"?',
      expect.stringMatching(
        /^::error file=idp\/shop\.yaml,line=8,[^:]*,title=TIDP1101::unknown field "a%0A::error::b%250A" in spec/,
      ),
      expect.stringMatching(/^::error title=tokenidp::2 errors in the documents/),
    ])
  })

  test('annotations and a summary come by themselves', async () => {
    const { root, run, read } = aShop({ 'shop.yaml': LOOSE })
    write(root, 'summary.md', '# before\n')
    const env = {
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: join(root, 'summary.md'),
      GITHUB_WORKSPACE: root,
    }
    const ran = await run(['validate', '-o', 'json'], env)
    expect(JSON.parse(ran.stdout)).toMatchObject({ kind: 'Validation' })
    expect(ran.stderr.match(ANNOTATION)).toEqual([
      expect.stringMatching(/^::warning file=idp\/shop\.yaml,line=7,/),
    ])
    expect(read('summary.md')).toMatch(/^# before\n### tokenidp: valid[\s\S]*TIDP2020/)
    const plain = await run(['validate'])
    expect(plain.stderr).not.toContain('::warning')
  })

  test('ten of each are shown, and the rest is counted', async () => {
    const many = Array.from({ length: 25 }, (_, index) =>
      LOOSE.replace('name: shop', `name: s${index}`),
    )
    const { run } = aShop({ 'shop.yaml': many.join('---\n') })
    const { stdout } = await run(['validate', '--report', 'github=-'])
    const lines = stdout.match(ANNOTATION) ?? []
    expect(lines).toHaveLength(11)
    expect(lines.at(-1)).toContain('and 15 more')
  })
})

test.for(['sarif', 'junit', 'github', 'markdown', 'html', 'json'])(
  'no secret is in %s',
  async (format) => {
    const { run, read } = aShop({
      'shop.yaml': LITERAL,
      'other.yaml': LITERAL.replace('value:', 'valu:'),
    })
    const ran = await run(['validate', '--report', `${format}=out`])
    expect(ran.code).toBe(3)
    expect(read('out')).toContain('TIDP1101')
    expect(`${read('out')}${ran.stdout}${ran.stderr}`).not.toContain('canary')
  },
)

test('validate prints what it found as Markdown', async () => {
  const { run } = aShop({ 'shop.yaml': LOOSE })
  const { stdout } = await run(['validate', '-o', 'markdown'])
  expect(stdout).toMatch(
    /^### tokenidp: valid&#58; \d+ objects in dev\n\n- <code>TIDP2020<\/code> /,
  )
})

test('a comment that takes away a warning of another environment is not left over', async () => {
  const environment = (name: string, kind: string) =>
    `apiVersion: tokenidp.dev/v1\nkind: Environment\nmetadata: { name: ${name} }\nspec: { kind: ${kind}, publicUrl: 'https://${name}.acme.example' }\n`
  const origins = 'corsOrigins: [http://127.0.0.1:5173]'
  const shop = (comment: string) =>
    LOOSE.replace(
      'tokens: { access: { ttl: 8h } }',
      `${origins} # tokenidp-ignore ${comment}: for our testers`,
    )
  const told = async (comment: string, ...words: string[]) => {
    const { run } = aShop({
      'shop.yaml': shop(comment),
      'tokenidp.yaml': `apiVersion: tokenidp.dev/v1\nkind: Project\nmetadata: { name: shop }\n---\n${environment('try', 'dev')}---\n${environment('prod', 'production')}`,
      'alice.yaml': '',
      'worker.yaml': '',
    })
    const { stdout, stderr } = await run(['validate', '-o', 'json', ...words])
    const found: { diagnostics: { code: string }[] } = JSON.parse(stdout)
    expect(stderr).not.toContain('error')
    return found.diagnostics.map(({ code }) => code)
  }
  expect(await told('TIDP2075')).toEqual([])
  expect(await told('TIDP2075', '-e', 'try')).toEqual([])
  expect(await told('TIDP2021')).toEqual(['TIDP2075', 'TIDP3092'])
})
