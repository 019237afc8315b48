import type { Diagnostic } from '../../base/diagnostic.ts'
import type { EpochSeconds } from '../../base/time.ts'
import { diagnostic } from '../codes.ts'
import type { Graph } from '../graph.ts'
import { authMethod } from './auth-method.ts'
import { broadScope } from './broad-scope.ts'
import {
  cibaRequestKeys,
  cibaTestHook,
  cibaThatWorks,
  cibaUserCodes,
  notificationHttps,
} from './ciba.ts'
import { claimSource, claimTwice, declaredReservedClaim, standardClaim } from './claims.ts'
import { assertionAudience, shortSecret, unusedSecret } from './client-assertion.ts'
import { certificateHeader, certificateOfKey, listenerWithoutTls } from './client-certificates.ts'
import { keysHttps, keysOnce, neededKeys, usableKey } from './client-keys.ts'
import {
  corsBackend,
  corsDerived,
  corsHttp,
  corsLoopback,
  corsOriginForm,
  corsWildcard,
} from './cors-origins.ts'
import { databasePassword } from './database-password.ts'
import { declaredUser } from './declared-user.ts'
import { deviceInterval, deviceLifetime, deviceWithoutGrant } from './devices.ts'
import { realDate } from './expiry.ts'
import { codeRedirect, grantOfType, noGrant } from './grants.ts'
import { initiateLogin } from './initiate-login.ts'
import { algorithmWithKey, keyPolicy } from './key-policy.ts'
import { accessLifetime, refreshLifetime, zeroLifetime } from './lifetimes.ts'
import { literalSecret } from './literal-secret.ts'
import { logoutHost, logoutHttps, logoutOfMachine, logoutPlain } from './logout-uri.ts'
import { looksSecret } from './looks-secret.ts'
import { missingSecret } from './missing-secret.ts'
import { outboundAllow } from './outbound-allow.ts'
import { pairwiseSector, sectorIdentifier } from './pairwise.ts'
import { passwordGrant, passwordGrantEnd } from './password-grant.ts'
import { pkce } from './pkce.ts'
import { planKey, planKeyNeeded } from './plan-keys.ts'
import { privateKey } from './private-key.ts'
import { publicSecret } from './public-secret.ts'
import { publicUrlHttps, publicUrlOrigin } from './public-url.ts'
import { publishedKey } from './published-key.ts'
import { rateLimitsOff, rateLimitsWide } from './rate-limits.ts'
import { redirectAbsolute } from './redirect-absolute.ts'
import { redirectFragment } from './redirect-fragment.ts'
import { redirectHttp } from './redirect-http.ts'
import { redirectLocalhost } from './redirect-localhost.ts'
import { redirectScheme } from './redirect-scheme.ts'
import { redirectUserinfo } from './redirect-userinfo.ts'
import { redirectWildcard } from './redirect-wildcard.ts'
import { refreshRotation } from './refresh-rotation.ts'
import { requestObjectKeys } from './request-object.ts'
import { reservedClaim } from './reserved-claim.ts'
import { reservedTenant } from './reserved-tenant.ts'
import { opaqueWithoutReader, resourceWithoutScopes, scopeLikeResource } from './resources.ts'
import { roleName } from './role-name.ts'
import type { Rule } from './rule.ts'
import { scopeOfAll } from './scope-of-all.ts'
import { machineScope, offlineAccess } from './scopes.ts'
import { secretEnd } from './secret-end.ts'
import { secretLifetime } from './secret-lifetime.ts'
import { secretReferences } from './secret-references.ts'
import { type Severities, severitiesOf } from './severities.ts'
import { sharedHost } from './shared-host.ts'
import { tlsCiphers } from './tls-ciphers.ts'
import { trustedProxies, wideProxies } from './trusted-proxies.ts'
import { accessOutlivesRefresh, refreshWithoutToken, unusedRedirect } from './useless.ts'

const RULES: readonly Rule[] = [
  literalSecret,
  databasePassword,
  declaredUser,
  publicSecret,
  authMethod,
  pkce,
  redirectWildcard,
  redirectFragment,
  redirectAbsolute,
  redirectHttp,
  redirectLocalhost,
  redirectUserinfo,
  redirectScheme,
  logoutHttps,
  logoutPlain,
  logoutHost,
  accessLifetime,
  refreshLifetime,
  refreshRotation,
  initiateLogin,
  requestObjectKeys,
  publicUrlHttps,
  outboundAllow,
  privateKey,
  planKey,
  planKeyNeeded,
  keysHttps,
  keysOnce,
  usableKey,
  neededKeys,
  shortSecret,
  assertionAudience,
  unusedSecret,
  grantOfType,
  codeRedirect,
  offlineAccess,
  machineScope,
  publicUrlOrigin,
  reservedTenant,
  keyPolicy,
  algorithmWithKey,
  missingSecret,
  noGrant,
  realDate,
  reservedClaim,
  declaredReservedClaim,
  standardClaim,
  claimSource,
  claimTwice,
  pairwiseSector,
  sectorIdentifier,
  zeroLifetime,
  deviceLifetime,
  deviceInterval,
  deviceWithoutGrant,
  logoutOfMachine,
  passwordGrant,
  passwordGrantEnd,
  trustedProxies,
  wideProxies,
  rateLimitsOff,
  rateLimitsWide,
  cibaThatWorks,
  notificationHttps,
  cibaRequestKeys,
  cibaUserCodes,
  cibaTestHook,
  corsWildcard,
  corsHttp,
  corsLoopback,
  corsBackend,
  corsOriginForm,
  corsDerived,
  tlsCiphers,
  certificateHeader,
  listenerWithoutTls,
  certificateOfKey,
  secretEnd,
  secretReferences,
  secretLifetime,
  looksSecret,
  sharedHost,
  broadScope,
  scopeOfAll,
  publishedKey,
  refreshWithoutToken,
  resourceWithoutScopes,
  unusedRedirect,
  accessOutlivesRefresh,
  opaqueWithoutReader,
  roleName,
  scopeLikeResource,
]

/** What a project may weigh anew. */
const WARNINGS: ReadonlySet<string> = new Set(
  RULES.filter(({ severity }) => severity === 'warning').map(({ code }) => code),
)

const LASTING = RULES.filter(({ isOfDate }) => !isOfDate)
const OF_DATE = RULES.filter(({ isOfDate }) => isOfDate)

/** What the documents alone decide. */
export function lint(graph: Graph): readonly Diagnostic[] {
  const severities = severitiesOf(graph, WARNINGS)
  return [...findings(LASTING, { graph, severities }), ...severities.diagnostics]
}

/** What may be found in the same documents on another day. */
export const lintOfDate = (graph: Graph, now: EpochSeconds | undefined): readonly Diagnostic[] =>
  findings(OF_DATE, { graph, now, severities: severitiesOf(graph, WARNINGS) })

interface Linting {
  readonly graph: Graph
  readonly now?: EpochSeconds | undefined
  readonly severities: Severities
}

const findings = (rules: readonly Rule[], { graph, now, severities }: Linting) =>
  rules.flatMap((rule) =>
    [...rule.check(graph, now)].flatMap(({ item, path, message, hint, severity }) => {
      const told = diagnostic(rule.code, item.source.at(path), message, {
        severity: severity ?? rule.severity,
        ...(hint === undefined ? {} : { hint }),
      })
      return severities.weighed(told) ?? []
    }),
  )
