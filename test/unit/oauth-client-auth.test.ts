import { describe, expect, test } from 'vitest'
import { digest } from '../../src/base/digest.ts'
import type { Application } from '../../src/model/application.ts'
import { authenticateClient } from '../../src/oauth/client-auth/index.ts'
import { Params } from '../../src/oauth/params.ts'
import { anApplication, aPublicApplication, aTenant, NOW } from '../support/builders.ts'
import { aContext, aRequest } from '../support/exchange.ts'

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`
const secret = (id: string, value: string, expiresAt?: number) => ({
  id,
  digest: digest(value),
  expiresAt,
})

const APPLICATIONS: readonly Application[] = [
  anApplication(),
  anApplication({
    clientId: 'odd:name',
    secrets: [secret('main', 'p+l%u s/ä')],
  }),
  anApplication({
    clientId: 'rolling',
    secrets: [secret('old', 'old', NOW), secret('next', 'next', NOW + 1), secret('last', 'last')],
  }),
  anApplication({ clientId: 'poster', authMethod: 'client_secret_post' }),
  anApplication({ clientId: 'either', authMethod: 'client_secret' }),
  anApplication({ clientId: 'off', isDisabled: true }),
  anApplication({ clientId: 'bare', secrets: [] }),
  aPublicApplication(),
]

interface Presented {
  readonly authorization?: string
  readonly form?: string
}

const authenticate = ({ authorization, form = '' }: Presented) => {
  const headers = authorization === undefined ? {} : { authorization }
  const context = aContext({ tenant: aTenant({}, APPLICATIONS) })
  return authenticateClient(aRequest({ form, headers }), Params.parse(form), context)
}

describe('RFC 6749 §2.3 client authentication', () => {
  test.for([
    { clientId: 'web', authorization: basic('web:web-secret') },
    { clientId: 'web', authorization: basic('web:web-secret'), form: 'client_id=web' },
    { clientId: 'web', authorization: basic('web:web-secret').replace('Basic', 'bAsIc') },
    { clientId: 'odd:name', authorization: basic('odd%3Aname:p%2Bl%25u+s%2F%C3%A4') },
    { clientId: 'rolling', authorization: basic('rolling:next') },
    { clientId: 'rolling', authorization: basic('rolling:last') },
    { clientId: 'poster', form: 'client_id=poster&client_secret=web-secret' },
    { clientId: 'either', authorization: basic('either:web-secret') },
    { clientId: 'either', form: 'client_id=either&client_secret=web-secret' },
    { clientId: 'spa', form: 'client_id=spa' },
    { clientId: 'spa', form: 'client_id=spa&client_secret=' },
  ])('$clientId by $authorization $form', async ({ clientId, ...presented }) => {
    await expect(authenticate(presented)).resolves.toMatchObject({ clientId })
  })

  test('a secret that is not form-encoded counts as it is', async () => {
    const tenant = aTenant({}, [anApplication({ secrets: [secret('main', '100%+')] })])
    const request = aRequest({ headers: { authorization: basic('web:100%+') } })
    const client = await authenticateClient(request, Params.parse(''), aContext({ tenant }))
    expect(client.clientId).toBe('web')
  })

  test.for([
    { when: 'nothing is presented' },
    { when: 'the secret is wrong', authorization: basic('web:guess') },
    { when: 'the secret is empty', authorization: basic('web:') },
    { when: 'there is no colon', authorization: basic('web') },
    { when: 'Basic is not base64', authorization: 'Basic ~~~' },
    { when: 'Basic has nothing behind it', authorization: 'Basic' },
    { when: 'the client is unknown', authorization: basic('nobody:nobody') },
    { when: 'the client is disabled', authorization: basic('off:web-secret') },
    { when: 'the client has no secrets', authorization: basic('bare:nobody') },
    { when: 'the secret has expired', authorization: basic('rolling:old') },
    { when: 'the registered method is post', authorization: basic('poster:web-secret') },
    { when: 'the registered method is basic', form: 'client_id=web&client_secret=web-secret' },
    { when: 'a confidential client proves nothing', form: 'client_id=web' },
    { when: 'a client that may choose proves nothing', form: 'client_id=either' },
    { when: 'a public client has a secret', form: 'client_id=spa&client_secret=x' },
    { when: 'a public client uses Basic', authorization: basic('spa:') },
    { when: 'the scheme is Bearer', authorization: 'Bearer x', form: 'client_id=spa' },
    { when: 'an assertion is sent', form: 'client_id=spa&client_assertion=x' },
  ])('invalid_client when $when', async (presented) => {
    const challenge = presented.authorization?.startsWith('Basic') ? 'Basic' : undefined
    await expect(authenticate(presented)).rejects.toMatchObject({
      code: 'invalid_client',
      status: 401,
      challenge,
    })
  })

  test.for([
    {
      when: 'two methods are used',
      authorization: basic('web:web-secret'),
      form: 'client_id=web&client_secret=web-secret',
    },
    {
      when: 'the body names another client',
      authorization: basic('web:web-secret'),
      form: 'client_id=spa',
    },
  ])('invalid_request when $when', async (presented) => {
    await expect(authenticate(presented)).rejects.toMatchObject({ code: 'invalid_request' })
  })
})
