import { isSealed } from '../../base/seal.ts'
import { addressOf } from '../../config/desired-state.ts'
import { sectorOf } from '../../config/sector.ts'
import {
  APPLICATION_TYPES,
  type Application,
  AUTHENTICATIONS,
  GRANT_TYPES,
  type LogoutNotice,
  type ResponseForm,
} from '../../model/application.ts'
import { CIBA_HINTS, type CibaPolicy, USER_CODES } from '../../model/ciba.ts'
import { CONTENT_ENCRYPTIONS, type Encryption, KEY_ENCRYPTIONS } from '../../model/encryption.ts'
import { SIGNING_ALGORITHMS } from '../../model/key.ts'
import type { ConfigObject, StoredSecret } from '../../store/config-port.ts'
import { endOf } from '../secret-end.ts'
import { type SpecReader, specOf } from '../spec-reader.ts'
import { compileClaims } from './claims.ts'

export function compileApplication(
  object: ConfigObject,
  secrets: readonly StoredSecret[],
): Application {
  const spec = specOf(object)
  const tokens = spec.child('tokens')
  const refresh = tokens.child('refresh')
  const auth = spec.child('clientAuth')
  return {
    uid: object.uid,
    name: object.name,
    clientId: spec.text('clientId'),
    displayName: spec.text('displayName'),
    type: spec.oneOf('type', APPLICATION_TYPES),
    isDisabled: spec.flag('disabled'),
    redirectUris: spec.texts('redirectUris'),
    postLogoutRedirectUris: spec.texts('postLogoutRedirectUris'),
    initiateLoginUri: spec.optionalText('initiateLoginUri'),
    corsOrigins: spec.has('corsOrigins') ? spec.texts('corsOrigins') : [],
    onwardOrigins: spec.has('onwardOrigins') ? spec.texts('onwardOrigins') : [],
    backchannelLogout: noticeOf(spec.optionalChild('backchannelLogout')),
    frontchannelLogout: noticeOf(spec.optionalChild('frontchannelLogout')),
    grants: new Set(spec.someOf('grants', GRANT_TYPES)),
    scopes: new Set(spec.texts('scopes')),
    pkce: spec.oneOf('pkce', ['required', 'optional']),
    par: spec.has('par') ? 'required' : 'optional',
    requestObject: requestObjectOf(spec.optionalChild('requestObject')),
    consent: spec.oneOf('consent', ['required', 'skip']),
    authMethod: auth.oneOf('method', AUTHENTICATIONS),
    sector: compileSector(spec, object),
    claims: compileClaims(spec),
    ...secretsOf(auth, secrets),
    assertionAudience: auth.has('assertionAudience')
      ? auth.oneOf('assertionAudience', ['issuer', 'endpoints'])
      : 'issuer',
    jwks: spec.has('jwks') ? spec.child('jwks').objects('keys') : [],
    jwksUri: spec.optionalText('jwksUri'),
    userinfo: responseFormOf(spec.optionalChild('userinfo')),
    introspection: responseFormOf(spec.optionalChild('introspection')),
    code: { lifetime: tokens.child('code').integer('ttl') },
    accessToken: { lifetime: tokens.child('access').optionalInteger('ttl') },
    idToken: {
      lifetime: tokens.child('id').integer('ttl'),
      algorithm: tokens.child('id').oneOf('algorithm', SIGNING_ALGORITHMS),
      encrypted: encryptionOf(tokens.child('id').optionalChild('encrypted')),
    },
    refreshToken: {
      lifetime: refresh.integer('ttl'),
      idle: refresh.integer('idle'),
      rotation: refresh.oneOf('rotation', ['required', 'off']),
      grace: refresh.integer('grace'),
      issue: refresh.oneOf('issue', ['offline_access', 'always']),
    },
    ciba: cibaOf(spec.optionalChild('ciba')),
    device: devicePolicyOf(spec.optionalChild('device')),
    passwordGrant: passwordGrantOf(spec.optionalChild('passwordGrant')),
  }
}

const responseFormOf = (spec: SpecReader | undefined): ResponseForm => ({
  signed: spec?.oneOf('signed', SIGNING_ALGORITHMS),
  encrypted: encryptionOf(spec?.optionalChild('encrypted')),
})

const encryptionOf = (spec: SpecReader | undefined): Encryption | undefined =>
  spec && {
    alg: spec.oneOf('alg', KEY_ENCRYPTIONS),
    enc: spec.oneOf('enc', CONTENT_ENCRYPTIONS),
  }

const cibaOf = (spec: SpecReader | undefined): CibaPolicy | undefined =>
  spec && {
    hints: new Set(spec.someOf('hints', CIBA_HINTS)),
    lifetime: spec.integer('ttl'),
    interval: spec.integer('interval'),
    notificationEndpoint: spec.optionalText('notificationEndpoint'),
    maxPending: spec.integer('maxPending'),
    isSignatureRequired: spec.has('requireSignedRequest'),
    isUserCodeRequired: spec.has('userCode') && spec.oneOf('userCode', USER_CODES) === 'required',
  }

const passwordGrantOf = (spec: SpecReader | undefined): Application['passwordGrant'] =>
  spec && { until: spec.integer('until') }

const devicePolicyOf = (spec: SpecReader | undefined): Application['device'] =>
  spec && { lifetime: spec.integer('ttl'), interval: spec.integer('interval') }

const noticeOf = (notice: SpecReader | undefined): LogoutNotice | undefined =>
  notice && { uri: notice.text('uri'), isSessionRequired: notice.flag('sessionRequired') }
const requestObjectOf = (spec: SpecReader | undefined): Application['requestObject'] => ({
  algorithm: spec?.has('algorithm') ? spec.oneOf('algorithm', SIGNING_ALGORITHMS) : undefined,
  isRequired: spec?.has('required') ?? false,
})

/** Only the secrets that the spec names: one that was dropped from it opens nothing. */
function secretsOf(
  auth: SpecReader,
  stored: readonly StoredSecret[],
): Pick<Application, 'secrets' | 'sealedSecrets'> {
  const named = new Set(auth.children('secrets').map((secret) => secret.text('id')))
  const live = stored
    .filter(({ secretId, issuedAt }) => issuedAt !== undefined || named.has(secretId))
    .map((secret) => ({ ...secret, expiresAt: endOf(secret) }))
  return {
    secrets: live
      .filter(({ verifier }) => !isSealed(verifier))
      .map(({ secretId, verifier, expiresAt }) => ({ id: secretId, digest: verifier, expiresAt })),
    sealedSecrets: live
      .filter(({ verifier }) => isSealed(verifier))
      .map(({ secretId, verifier, expiresAt }) => ({ id: secretId, sealed: verifier, expiresAt })),
  }
}

/** Without a sector there would be one for all applications that have none. */
function compileSector(spec: SpecReader, object: ConfigObject): string | undefined {
  if (spec.optionalText('subject') !== 'pairwise') return undefined
  const sector = sectorOf(spec.optionalText('sectorIdentifierUri'), spec.texts('redirectUris'))
  if (sector === undefined) throw new Error(`${addressOf(object)} has no sector for its subjects`)
  return sector
}
