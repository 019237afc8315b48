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

export function applicationSpec({ metadata, spec }: DocumentOf<'Application'>): JsonObject {
  return compact({
    clientId: spec.clientId ?? metadata.name,
    type: spec.type,
    displayName: spec.displayName ?? metadata.name,
    disabled: spec.disabled ?? false,
    redirectUris: sorted(spec.redirectUris),
    postLogoutRedirectUris: sorted(spec.postLogoutRedirectUris),
    onwardOrigins: spec.onwardOrigins?.length ? sorted(spec.onwardOrigins) : undefined,
    initiateLoginUri: spec.initiateLoginUri,
    corsOrigins: sorted(spec.corsOrigins),
    backchannelLogout: noticeSpec(spec.backchannelLogout),
    frontchannelLogout: noticeSpec(spec.frontchannelLogout),
    grants: sorted(grantsOf(spec)),
    scopes: sorted(spec.scopes),
    pkce: spec.pkce ?? 'required',
    par: spec.par === 'required' ? spec.par : undefined,
    requestObject: requestObjectSpec(spec.requestObject),
    consent: spec.consent ?? 'required',
    claims: claimsSpec(spec.claims),
    ...subjectSpec(spec),
    tokens: tokensSpec(spec.tokens ?? {}),
    jwks: spec.jwks && { keys: spec.jwks.keys },
    jwksUri: spec.jwksUri,
    userinfo: responseSpec(spec.userinfo),
    introspection: responseSpec(spec.introspection),
    clientAuth: clientAuthSpec(spec),
    ...compact(ofGrants(spec)),
  })
}

const subjectSpec = ({ subject, sectorIdentifierUri }: Spec<'Application'>) => ({
  subject: subject === 'pairwise' ? subject : undefined,
  sectorIdentifierUri,
})
/** Nothing that is said only as it is without saying. */
function requestObjectSpec(spec: Spec<'Application'>['requestObject']): JsonObject | undefined {
  const said = compact({ algorithm: spec?.algorithm, required: spec?.required || undefined })
  return Object.keys(said).length === 0 ? undefined : said
}

/** What is set for single grants, where the application has them. */
function ofGrants(spec: Spec<'Application'>) {
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
    id: compact({
      ttl: seconds(id.ttl),
      algorithm: id.algorithm,
      encrypted: encryptedSpec(id.encrypted),
    }),
    refresh: {
      ...refresh,
      ttl: seconds(refresh.ttl),
      idle: seconds(refresh.idle),
      grace: seconds(refresh.grace),
    },
    code: { ttl: seconds(tokens.code?.ttl ?? APPLICATION.code) },
  }
}
