import { digest } from '../../base/digest.ts'
import type { JsonObject } from '../../base/json.ts'
import { SUBJECT_TYPES } from '../../model/application.ts'
import type { Capabilities } from '../../model/capabilities.ts'
import { DELIVERY_MODES } from '../../model/ciba.ts'
import { CONTENT_ENCRYPTIONS, KEY_ENCRYPTIONS } from '../../model/encryption.ts'
import type { Tenant } from '../../model/tenant.ts'
import { CLIENT_SIGNING_ALGORITHMS } from '../client-jwt.ts'
import { takesPasswords } from '../grants/password.ts'
import { mutualTlsAliases } from '../mutual-tls.ts'
import { CHALLENGE_METHODS } from '../pkce.ts'
import { cacheable, type Document } from './cacheable.ts'
import type { Endpoint } from './endpoint.ts'

const MAX_AGE = 300

/** RFC 8414 §3 and OpenID Connect Discovery §4; both with the well-known segment after the issuer's path. */
export function discovery(capabilities: Capabilities): Endpoint {
  // Whether passwords are taken depends on the day.
  const [without, including] = [new WeakMap<Tenant, Document>(), new WeakMap<Tenant, Document>()]
  return {
    paths: ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'],
    methods: ['GET'],
    isSafe: true,
    face: 'api',
    async handle(request, { tenant, now }) {
      const withPassword = takesPasswords(tenant, now)
      const documents = withPassword ? including : without
      const document =
        documents.get(tenant) ?? serialised(metadata(tenant, capabilities, withPassword))
      documents.set(tenant, document)
      return cacheable(request, document, MAX_AGE)
    },
  }
}

/** What this issuer can do. What it cannot is said where leaving it out would mean that it can. */
function metadata(tenant: Tenant, capabilities: Capabilities, withPassword: boolean): JsonObject {
  const endpoints = Object.entries(capabilities.endpoints).map(
    ([member, path]) => [member, `${tenant.issuer}${path}`] as const,
  )
  const confidential = capabilities.clientAuthMethods.filter((method) => method !== 'none')
  return {
    issuer: tenant.issuer,
    ...Object.fromEntries(endpoints),
    ...mutualTlsAliases(tenant, capabilities),
    ...capabilities.features,
    scopes_supported: [...tenant.scopes.keys()],
    claims_supported: claimsSupported(tenant),
    claim_types_supported: ['normal'],
    response_types_supported: capabilities.responseTypes,
    response_modes_supported: capabilities.responseModes,
    grant_types_supported: capabilities.grantTypes.filter(
      (type) => type !== 'password' || withPassword,
    ),
    prompt_values_supported: capabilities.prompts,
    acr_values_supported: capabilities.acrValues,
    subject_types_supported: SUBJECT_TYPES,
    id_token_signing_alg_values_supported: capabilities.signingAlgorithms.filter((algorithm) =>
      tenant.keyPolicy.algorithms.includes(algorithm),
    ),
    ...encodingsOfResponses(tenant),
    token_endpoint_auth_methods_supported: capabilities.clientAuthMethods,
    token_endpoint_auth_signing_alg_values_supported: capabilities.clientAuthAlgorithms,
    introspection_endpoint_auth_methods_supported: confidential,
    introspection_endpoint_auth_signing_alg_values_supported: capabilities.clientAuthAlgorithms,
    revocation_endpoint_auth_methods_supported: capabilities.clientAuthMethods,
    revocation_endpoint_auth_signing_alg_values_supported: capabilities.clientAuthAlgorithms,
    backchannel_token_delivery_modes_supported: DELIVERY_MODES,
    backchannel_authentication_request_signing_alg_values_supported: CLIENT_SIGNING_ALGORITHMS,
    backchannel_user_code_parameter_supported: takesUserCodes(tenant),
    code_challenge_methods_supported: CHALLENGE_METHODS,
    authorization_response_iss_parameter_supported: true,
    require_pushed_authorization_requests: tenant.par === 'required',
    claims_parameter_supported: true,
    request_parameter_supported: true,
    request_object_signing_alg_values_supported: CLIENT_SIGNING_ALGORITHMS,
    ...encodingsOfRequests(tenant),
    require_signed_request_object: false,
    request_uri_parameter_supported: false,
  }
}

/** With what an application may encrypt what it asks (RFC 9101 §10.1); nothing where there is no key for it. */
function encodingsOfRequests({ keyPolicy: { encryption } }: Tenant): JsonObject {
  if (encryption.length === 0) return {}
  return {
    request_object_encryption_alg_values_supported: encryption,
    request_object_encryption_enc_values_supported: CONTENT_ENCRYPTIONS,
  }
}

/** In what forms an application may have what it is told. */
function encodingsOfResponses({ keyPolicy }: Tenant): JsonObject {
  const { algorithms } = keyPolicy
  return {
    userinfo_signing_alg_values_supported: algorithms,
    introspection_signing_alg_values_supported: algorithms,
    ...Object.fromEntries(
      ['id_token', 'userinfo', 'introspection'].flatMap((what) => [
        [`${what}_encryption_alg_values_supported`, KEY_ENCRYPTIONS],
        [`${what}_encryption_enc_values_supported`, CONTENT_ENCRYPTIONS],
      ]),
    ),
  }
}

const ID_TOKEN_CLAIMS = 'iss sub aud azp exp iat auth_time nonce acr amr sid at_hash'.split(' ')

function claimsSupported({ scopes, claims, applications }: Tenant): readonly string[] {
  const behindScopes = [...scopes.values()].flatMap((scope) => scope.claims)
  const declared = [...claims, ...[...applications.values()].flatMap((each) => each.claims)]
    .filter(({ places }) => places.has('id_token') || places.has('userinfo'))
    .map(({ name }) => name)
  return [...new Set([...ID_TOKEN_CLAIMS, ...behindScopes, ...declared])]
}

function serialised(value: JsonObject): Document {
  const body = JSON.stringify(value)
  return { body, etag: `"${digest(body)}"` }
}

/** Elsewhere a request with one is refused. */
const takesUserCodes = ({ applications }: Tenant): boolean =>
  [...applications.values()].some(({ ciba }) => ciba?.isUserCodeRequired)
