import type { JsonObject } from '../../base/json.ts'
import { CIBA_GRANT, DEVICE_CODE } from '../../model/application.ts'
import { APPLICATION, CIBA, grantsOf } from '../defaults.ts'
import { seconds } from '../duration.ts'
import { epochSeconds } from '../instant.ts'
import type { DocumentOf } from '../kinds.ts'

import { claimsSpec } from './claims.ts'
import { clientAuthSpec } from './client-auth.ts'
import { compact, type Spec, sorted } from './members.ts'
import { encryptedSpec, responseSpec } from './responses.ts'

/** In the order of the alphabet, in which it is hashed, thousands of times for a plan. */
export function applicationSpec({ metadata, spec }: DocumentOf<'Application'>): JsonObject {
  const ofGrants = specsOfGrants(spec)
  return compact({
    backchannelLogout: noticeSpec(spec.backchannelLogout),
    ciba: ofGrants.ciba,
    claims: claimsSpec(spec.claims),
    clientAuth: clientAuthSpec(spec),
    clientId: spec.clientId ?? metadata.name,
    consent: spec.consent ?? 'required',
    corsOrigins: sorted(spec.corsOrigins),
    device: ofGrants.device,
    disabled: spec.disabled ?? false,
    displayName: spec.displayName ?? metadata.name,
    frontchannelLogout: noticeSpec(spec.frontchannelLogout),
    grants: sorted(grantsOf(spec)),
    initiateLoginUri: spec.initiateLoginUri,
    introspection: responseSpec(spec.introspection),
    jwks: spec.jwks && { keys: spec.jwks.keys },
    jwksUri: spec.jwksUri,
    onwardOrigins: spec.onwardOrigins?.length ? sorted(spec.onwardOrigins) : undefined,
    par: spec.par === 'required' ? spec.par : undefined,
    passwordGrant: ofGrants.passwordGrant,
    pkce: spec.pkce ?? 'required',
    postLogoutRedirectUris: sorted(spec.postLogoutRedirectUris),
    redirectUris: sorted(spec.redirectUris),
    requestObject: requestObjectSpec(spec.requestObject),
    scopes: sorted(spec.scopes),
    sectorIdentifierUri: spec.sectorIdentifierUri,
    subject: spec.subject === 'pairwise' ? spec.subject : undefined,
    tokens: tokensSpec(spec.tokens ?? {}),
    type: spec.type,
    userinfo: responseSpec(spec.userinfo),
  })
}

/** Nothing that is said only as it is without saying. */
function requestObjectSpec(spec: Spec<'Application'>['requestObject']): JsonObject | undefined {
  const said = compact({ algorithm: spec?.algorithm, required: spec?.required || undefined })
  return Object.keys(said).length === 0 ? undefined : said
}

/** What is set for single grants, where the application has them. */
function specsOfGrants(spec: Spec<'Application'>) {
  const grants = grantsOf(spec)
  return {
    ciba: grants.includes(CIBA_GRANT) ? cibaSpec(spec.ciba ?? {}) : undefined,
    device: grants.includes(DEVICE_CODE) ? deviceSpec(spec.device ?? {}) : undefined,
    passwordGrant: grants.includes('password') ? passwordSpec(spec) : undefined,
  }
}

function cibaSpec(ciba: NonNullable<Spec<'Application'>['ciba']>): JsonObject {
  const filled = { ...CIBA, ...ciba }
  return compact({
    hints: sorted(filled.hints),
    ttl: seconds(filled.ttl),
    interval: seconds(filled.interval),
    delivery: filled.delivery,
    notificationEndpoint: ciba.notificationEndpoint,
    maxPending: filled.maxPending,
    requireSignedRequest: ciba.requireSignedRequest || undefined,
    userCode: ciba.userCode === 'required' ? ciba.userCode : undefined,
  })
}

/** Without an end it is not in force, and an error besides. */
const passwordSpec = ({ passwordGrant }: Spec<'Application'>): JsonObject => ({
  until: epochSeconds(passwordGrant?.until ?? '') ?? 0,
})

function deviceSpec(device: NonNullable<Spec<'Application'>['device']>): JsonObject {
  const { ttl, interval } = { ...APPLICATION.device, ...device }
  return { ttl: seconds(ttl), interval: seconds(interval) }
}

const noticeSpec = (notice: Spec<'Application'>['backchannelLogout']): JsonObject | undefined =>
  notice && { uri: notice.uri, sessionRequired: notice.sessionRequired ?? true }

function tokensSpec(tokens: NonNullable<Spec<'Application'>['tokens']>): JsonObject {
  const id = { ...APPLICATION.idToken, ...tokens.id }
  const refresh = { ...APPLICATION.refresh, ...tokens.refresh }
  const access = tokens.access?.ttl
  return {
    access: compact({ ttl: access === undefined ? undefined : seconds(access) }),
    code: { ttl: seconds(tokens.code?.ttl ?? APPLICATION.code) },
    id: compact({
      algorithm: id.algorithm,
      encrypted: encryptedSpec(id.encrypted),
      ttl: seconds(id.ttl),
    }),
    refresh: {
      ...refresh,
      grace: seconds(refresh.grace),
      idle: seconds(refresh.idle),
      ttl: seconds(refresh.ttl),
    },
  }
}
