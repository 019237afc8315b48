import { createRemoteJWKSet, decodeJwt, type JWK, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { selfSigned } from '../support/certificate.ts'
import { type Door, openDoor } from '../support/door.ts'
import { eachDoor } from '../support/each-door.ts'
import { call } from '../support/over-tls.ts'
import { basic, type Form } from '../support/provider.ts'
import { answerAt, tokensFor, visitor } from '../support/visitor.ts'

/** What the OpenID Foundation's plans check of every provider. The numbers are those of our own list. */

/** IANA "OAuth Authorization Server Metadata", as far as it could appear here. */
const REGISTERED = new Set(
  `issuer authorization_endpoint token_endpoint jwks_uri registration_endpoint scopes_supported
  response_types_supported response_modes_supported grant_types_supported
  token_endpoint_auth_methods_supported token_endpoint_auth_signing_alg_values_supported
  service_documentation ui_locales_supported op_policy_uri op_tos_uri revocation_endpoint
  revocation_endpoint_auth_methods_supported revocation_endpoint_auth_signing_alg_values_supported
  introspection_endpoint introspection_endpoint_auth_methods_supported
  introspection_endpoint_auth_signing_alg_values_supported code_challenge_methods_supported
  signed_metadata device_authorization_endpoint tls_client_certificate_bound_access_tokens
  mtls_endpoint_aliases nfv_token_signing_alg_values_supported userinfo_endpoint
  acr_values_supported subject_types_supported id_token_signing_alg_values_supported
  id_token_encryption_alg_values_supported id_token_encryption_enc_values_supported
  userinfo_signing_alg_values_supported userinfo_encryption_alg_values_supported
  userinfo_encryption_enc_values_supported request_object_signing_alg_values_supported
  request_object_encryption_alg_values_supported request_object_encryption_enc_values_supported
  display_values_supported claim_types_supported claims_supported claims_locales_supported
  claims_parameter_supported request_parameter_supported request_uri_parameter_supported
  require_request_uri_registration require_signed_request_object
  pushed_authorization_request_endpoint require_pushed_authorization_requests
  introspection_signing_alg_values_supported introspection_encryption_alg_values_supported
  introspection_encryption_enc_values_supported authorization_response_iss_parameter_supported
  check_session_iframe frontchannel_logout_supported backchannel_logout_session_supported
  end_session_endpoint frontchannel_logout_session_supported backchannel_logout_supported
  backchannel_authentication_endpoint backchannel_token_delivery_modes_supported
  backchannel_authentication_request_signing_alg_values_supported
  backchannel_user_code_parameter_supported authorization_details_types_supported
  dpop_signing_alg_values_supported protected_resources prompt_values_supported`.split(/\s+/),
)

describe('G1 metadata', () => {
  let door: Door
  let metadata: Record<string, unknown>
  beforeAll(async () => {
    door = await openDoor({ tls: selfSigned() })
    const document = await call(`${door.issuer}/.well-known/openid-configuration`)
    metadata = JSON.parse(document.body)
  })
  afterAll(() => door.close())

  test('G1 the issuer is the address of the document without its end', () => {
    expect(metadata.issuer).toBe(door.issuer)
  })

  test('G1 every address is https and below the issuer', () => {
    const addresses = Object.entries(metadata).filter(([name]) => /_(endpoint|uri)$/.test(name))
    expect(addresses.length).toBeGreaterThan(6)
    for (const [name, address] of addresses)
      expect([name, String(address)]).toEqual([name, expect.stringContaining(`${door.issuer}/`)])
    expect(door.issuer).toMatch(/^https:/)
  })

  test('G1 no member is of our own making', () => {
    expect(Object.keys(metadata).filter((name) => !REGISTERED.has(name))).toEqual([])
  })

  test('G1 every list has an entry, and each is said once', () => {
    for (const [name, value] of Object.entries(metadata))
      if (Array.isArray(value))
        expect([name, value.length, new Set(value).size]).toEqual([
          name,
          value.length,
          value.length,
        ])
    expect(
      Object.values(metadata).filter((value) => Array.isArray(value) && value.length === 0),
    ).toEqual([])
  })
})

eachDoor(({ door }) => {
  const get = async (path: string) => (await fetch(`${door().issuer}${path}`)).json()

  test('G2 the JWKS holds public keys of known types, each with an id of its own', async () => {
    const { keys } = (await get('/jwks.json')) as { keys: readonly JWK[] }
    expect(keys.length).toBeGreaterThan(0)
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length)
    for (const key of keys) {
      expect(key.kid).toMatch(/^[\w-]{43}$/)
      expect(key.use).toBe('sig')
      expect(['RSA', 'EC', 'OKP']).toContain(key.kty)
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])
        expect(key).not.toHaveProperty(secret)
      if (key.kty === 'RSA')
        expect(Buffer.from(key.n ?? '', 'base64url').length * 8).toBeGreaterThanOrEqual(2048)
    }
  })

  test('G3 the ID token is for the client, fresh, signed by a published key, and says no more than asked', async () => {
    const scope = 'openid email profile'
    const { body } = await tokensFor(door(), await visitor(door()).signIn({ scope }))
    const keys = createRemoteJWKSet(new URL(`${door().issuer}/jwks.json`))
    const { payload, protectedHeader } = await jwtVerify(body.id_token, keys, {
      issuer: door().issuer,
      audience: 'own',
      currentDate: new Date((decodeJwt(body.id_token).iat ?? 0) * 1000),
    })
    expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: expect.any(String) })
    expect(payload).toMatchObject({ nonce: 'n-1', sub: expect.any(String) })
    const allowed = 'iss sub aud azp exp iat auth_time nonce acr amr sid at_hash'.split(' ')
    expect(Object.keys(payload).filter((name) => !allowed.includes(name))).toEqual([])
  })

  test('G4 a token response is JSON that nobody keeps, with a number of seconds and random tokens', async () => {
    const alice = visitor(door())
    const bodies = [
      await tokensFor(door(), await alice.signIn()),
      await tokensFor(door(), await alice.ask()),
    ]
    for (const { body } of bodies) {
      expect(body).toMatchObject({ token_type: 'Bearer' })
      expect(Number.isInteger(body.expires_in)).toBe(true)
      expect(body.expires_in).toBeGreaterThan(0)
      expect(body.expires_in).toBeLessThanOrEqual(365 * 86_400)
    }
    const [one, two] = bodies.map(({ body }) => body.access_token)
    expect(one).not.toBe(two)
    const reply = await fetch(`${door().issuer}/token`, {
      method: 'POST',
      headers: basic('batch'),
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    expect(reply.headers.get('cache-control')).toBe('no-store')
    expect(reply.headers.get('content-type')).toMatch(/^application\/json\b/)
  })

  test.for([
    { change: { grant_type: '' }, status: 400, error: 'invalid_request' },
    { change: { grant_type: 'implicit' }, status: 400, error: 'unsupported_grant_type' },
    { change: { code: 'guess "\\\r\n\té' }, status: 400, error: 'invalid_grant' },
    { change: { scope: 'é "\\' }, status: 400, error: 'invalid_grant' },
    { change: {}, status: 400, error: 'invalid_grant' },
    { change: {}, secret: 'wrong', status: 401, error: 'invalid_client' },
  ])('G5 a token error is $status $error for %j', async ({ change, secret, status, error }) => {
    const headers = secret === undefined ? basic('own') : basic('own', secret)
    const form: Form = { grant_type: 'authorization_code', code: 'guess', ...(change as Form) }
    const filled = Object.entries(form).filter(([, value]) => value !== '')
    const body = new URLSearchParams(filled)
    const reply = await fetch(`${door().issuer}/token`, { method: 'POST', headers, body })
    const said = await reply.json()
    expect([reply.status, said.error]).toEqual([status, error])
    expect(said.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
    const members = ['error', 'error_description', 'error_uri']
    expect(Object.keys(said).filter((name) => !members.includes(name))).toEqual([])
  })

  test.for([
    { when: 'a code', change: {}, outcome: 'code' },
    { when: 'an error', change: { scope: 'nonsense' }, outcome: 'error' },
    { when: 'nobody there', change: { prompt: 'none' }, outcome: 'error' },
  ])('G6 $when comes back in the query with state and iss', async ({ change, outcome }) => {
    const state = 'aZ9-._~ é&='.padEnd(128, 'x')
    const someone = visitor(door())
    const page = await someone.ask({ state, ...(change as Form) })
    const answered = page.url.pathname === '/acme/login' ? await someone.enter(page) : page
    expect(answerAt(answered)).toMatchObject({
      state,
      iss: door().issuer,
      [outcome]: expect.any(String),
    })
    expect(answered.url.hash).toBe('')
    const allowed = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri']
    expect(Object.keys(answerAt(answered)).filter((name) => !allowed.includes(name))).toEqual([])
  })

  test('G6 form_post leaves nothing in the address', async () => {
    const someone = visitor(door())
    await someone.signIn()
    const page = await someone.ask({ response_mode: 'form_post' })
    expect(page.html).toContain('name="code"')
    expect(page.url.href).not.toContain('code=')
    expect(page.html).toContain(`action="${door().home}/callback"`)
  })
})
