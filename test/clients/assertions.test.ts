import * as client from 'openid-client'
import { describe, expect, test } from 'vitest'
import { seal } from '../../src/base/seal.ts'
import { secretPurpose } from '../../src/model/sealed-secret.ts'
import { aKey, webKey } from '../support/assertion.ts'
import { anApplication, masterKey } from '../support/builders.ts'
import { eachStore } from '../support/each-store.ts'
import { aProvider, type Provider } from '../support/provider.ts'
import { testRandom } from '../support/stores.ts'

const SECRET = 'a-secret-of-at-least-32-bytes-which-is-long'
const key = aKey('one')
const now = Math.floor(Date.now() / 1000)

eachStore((open) => {
  const applications = [
    anApplication({ authMethod: 'private_key_jwt', secrets: [], jwks: [key.jwk] }),
    anApplication({
      clientId: 'hs',
      authMethod: 'client_secret_jwt',
      secrets: [],
      sealedSecrets: [
        {
          id: 'one',
          sealed: seal(SECRET, masterKey(), secretPurpose('uid-hs', 'one'), testRandom),
          expiresAt: undefined,
        },
      ],
    }),
  ]

  const provider = async (): Promise<Provider> => {
    const bare = await aProvider(await open(), { now })
    return bare.with({ applications })
  }

  /** Its issuer has a name that leads nowhere: the same requests go to the socket. */
  const configured = (at: Provider, id: string, method: client.ClientAuth) =>
    client.discovery(
      new URL(at.tenant.issuer),
      id,
      { introspection_signed_response_alg: 'RS256' },
      method,
      {
        [client.customFetch]: (url, { method: verb, headers, body }) => {
          const path = url.slice(at.tenant.issuer.length)
          return verb === 'POST' ? at.post(path, String(body), headers) : at.get(path, headers)
        },
      },
    )

  describe('openid-client, unmodified', () => {
    test('private_key_jwt, and introspection as a JWT', async () => {
      const at = await provider()
      const method = client.PrivateKeyJwt({ key: await webKey(key), kid: key.kid })
      const web = await configured(at, 'web', method)
      const granted = await client.clientCredentialsGrant(web, { scope: 'orders:read' })
      const seen = await client.tokenIntrospection(web, granted.access_token)
      expect(seen).toMatchObject({ active: true, client_id: 'web', scope: 'orders:read' })
    })

    test('client_secret_jwt', async () => {
      const web = await configured(await provider(), 'hs', client.ClientSecretJwt(SECRET))
      const granted = await client.clientCredentialsGrant(web, { scope: 'orders:read' })
      expect(granted.token_type).toBe('bearer')
    })
  })
})
