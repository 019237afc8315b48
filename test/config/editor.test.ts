import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { languageServer, type Place } from '../support/language-server.ts'

const SCHEMA = new URL('../../schemas/tokenidp.json', import.meta.url)

const HEAD = 'apiVersion: tokenidp.dev/v1\n'

/** Several documents, with a variable or the text of a file wherever one can be. */
const RIGHT = `${HEAD}kind: Tenant
metadata:
  name: acme
spec:
  displayName: { textFrom: { file: texts/name.txt } }
  session: \${var.session}
  branding:
    color: \${var.color}
---
${HEAD}kind: Application
metadata:
  tenant: \${var.tenant}
  name: web
spec:
  type: \${var.type}
  disabled: \${var.isClosed}
  redirectUris:
    - https://\${var.host}/callback
    - textFrom:
        file: texts/\${var.stage}-callback.txt
  grants: \${var.grants}
  scopes:
    - openid
    - \${var.scope}
  tokens:
    access:
      ttl: \${var.lifetime}
  clientAuth:
    secrets:
      - id: first
        value:
          fromEnv: ACME_WEB_\${var.stage}
---
${HEAD}kind: Test
metadata:
  tenant: acme
  name: web
spec:
  application: web
  tests:
    - when:
        redirectUri: https://elsewhere.example/callback
      expect: refused
    - when:
        authorize: {}
      expect:
        lifetime: \${var.lifetime}
        refreshToken: \${var.hasRefresh}
`

const WRONG = `${HEAD}kind: Tenant
metadata:
  name: acme
---
${HEAD}kind: Application
metadata:
  tenant: acme
  name: web
spec:
  type: website
  disabled: perhaps
  redirect_uris:
    - https://web.example/callback
  tokens:
    access:
      ttl: 15 minutes
    refresh:
      ttl: { textFrom: texts/lifetime.txt }
  clientAuth:
    secrets:
      - id: first
        value: { textFrom: { file: secrets/web.txt } }
`

/** Where a text stands, counted from 0; the end of it, if wanted. */
function placeOf(text: string, part: string, isEnd = false): Place {
  const offset = text.indexOf(part)
  if (offset < 0) throw new Error(`there is no ${part}`)
  const lines = text.slice(0, isEnd ? offset + part.length : offset + 1).split('\n')
  return { line: lines.length - 1, character: (lines.at(-1)?.length ?? 0) - (isEnd ? 0 : 1) }
}

describe('yaml-language-server with the published schema', () => {
  let editor: Awaited<ReturnType<typeof languageServer>>
  beforeAll(async () => {
    editor = await languageServer(SCHEMA)
  }, 60_000)
  afterAll(() => editor?.stop())

  test('finds nothing in documents that use variables', async () => {
    expect(await editor.open('file:///project/right.yaml', RIGHT)).toEqual([])
  })

  test('finds what is wrong in the second of two documents, and says what is right', async () => {
    const found = await editor.open('file:///project/wrong.yaml', WRONG)
    const told = found.map(({ message, range }) => `${range.start.line + 1}: ${message}`)
    expect(told.toSorted()).toEqual([
      expect.stringMatching(/^12: Value is not accepted\. Valid values: "web", "spa"/),
      expect.stringMatching(/^13: must be true or false, or a variable such as \$\{var\.name\}/),
      expect.stringMatching(/^14: Property redirect_uris is not allowed/),
      expect.stringMatching(/^18: must be a whole number with a unit .*or a variable/),
      expect.stringMatching(/^20: Incorrect type\. Expected "object/),
      expect.stringMatching(/^24: Property textFrom is not allowed/),
    ])
  })

  test.for([
    { of: 'redirectUris:', says: 'Where the browser may be sent back to' },
    { of: 'ttl:', says: 'How long an access token is valid' },
    { of: 'type:', says: 'web: a server with a secret' },
    { of: 'disabled:', says: 'Refuses everything to the application' },
    { of: 'color:', says: 'Of buttons and links' },
    { of: 'expect:', says: 'Only what is written here is compared' },
  ])('hovering over $of tells what it is for', async ({ of, says }) => {
    await editor.open('file:///project/hover.yaml', RIGHT)
    expect(await editor.hover('file:///project/hover.yaml', placeOf(RIGHT, of))).toContain(says)
  })

  test.for([
    { after: `${HEAD}kind: `, offers: ['Tenant', 'Application', 'Test'], not: ['web'] },
    {
      after: `${HEAD}kind: Role\nmetadata:\n  tenant: acme\n  name: a\n---\n${HEAD}kind: Application\nmetadata:\n  tenant: acme\n  name: web\nspec:\n  type: web\n  `,
      offers: ['redirectUris', 'tokens', 'clientAuth'],
      not: ['permissions', 'rotateEvery'],
    },
    {
      after: `${HEAD}kind: Application\nmetadata:\n  tenant: acme\n  name: web\nspec:\n  type: `,
      offers: ['web', 'spa', 'native', 'machine', 'device'],
      not: ['jwt'],
    },
    {
      after: `${HEAD}kind: Application\nmetadata:\n  tenant: acme\n  name: web\nspec:\n  type: web\n  grants:\n    - `,
      offers: ['authorization_code', 'client_credentials'],
      not: ['web'],
    },
  ])('completes with $offers', async ({ after, offers, not }) => {
    const uri = `file:///project/${offers.join('-')}.yaml`
    await editor.open(uri, after)
    const found = await editor.complete(uri, placeOf(after, after, true))
    expect(found).toEqual(expect.arrayContaining(offers))
    for (const other of not) expect(found).not.toContain(other)
  })
})
