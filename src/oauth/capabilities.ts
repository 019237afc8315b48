import type { Capabilities, MutualTls } from '../model/capabilities.ts'
import { SIGNING_ALGORITHMS } from '../model/key.ts'
import { ACR_VALUES } from '../model/session.ts'
import { PROMPTS, RESPONSE_TYPES } from './authorize/checks.ts'
import { RESPONSE_MODES } from './authorize/response-mode.ts'
import { clientAuthAlgorithms, clientAuthMethods } from './client-auth/index.ts'
import type { Endpoint } from './endpoints/endpoint.ts'
import { grantTypes } from './grants/index.ts'

/** What the lists add up to. Whatever is not in a list is not served and not published. */
export const capabilitiesOf = (
  endpoints: readonly Endpoint[],
  mutualTls: MutualTls | undefined,
): Capabilities => ({
  grantTypes,
  clientAuthMethods: clientAuthMethods({ hasCertificates: mutualTls !== undefined }),
  clientAuthAlgorithms,
  signingAlgorithms: SIGNING_ALGORITHMS,
  responseTypes: RESPONSE_TYPES,
  responseModes: RESPONSE_MODES,
  prompts: PROMPTS,
  acrValues: ACR_VALUES,
  mutualTls,
  features: Object.assign({}, ...endpoints.map(({ publishes }) => publishes ?? {})),
  endpoints: Object.fromEntries(
    endpoints.flatMap(({ metadata, paths: [path] }) =>
      metadata === undefined || path === undefined ? [] : [[metadata, path]],
    ),
  ),
})
