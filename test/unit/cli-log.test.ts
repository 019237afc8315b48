import { expect, test } from 'vitest'
import { Secret } from '../../src/base/secret.ts'
import { printable } from '../../src/cli/server/log.ts'

test.for([
  { given: { password: 'canary' } },
  { given: { request: { headers: { authorization: 'Basic canary', cookie: 'a=canary' } } } },
  { given: { params: { client_secret: 'canary', refresh_token: 'canary', code: 'canary-1' } } },
  { given: { form: [{ code_verifier: 'canary' }] } },
  { given: { value: new Secret('canary', 'env:X') } },
  { given: { bytes: Buffer.from('canary') } },
])('no log line holds what is secret: $given', ({ given }) => {
  expect(JSON.stringify(printable(given))).not.toContain('canary')
})

test.for([
  { given: { revision: 3, issuer: 'https://id.example' } },
  { given: { list: ['a', 'b'], missing: null } },
  { given: { code: 'invalid_grant', cause: { code: 'ECONNREFUSED' } } },
])('the rest stays: $given', ({ given }) => {
  expect(printable(given)).toEqual(given)
})

test('an error keeps its message and its cause', () => {
  const error = new Error('outer', { cause: new TypeError('inner') })
  expect(printable({ error })).toMatchObject({
    error: { type: 'Error', message: 'outer', cause: { type: 'TypeError', message: 'inner' } },
  })
})
