import { createSecretKey } from 'node:crypto'
import type { JsonObject } from '../../base/json.ts'
import type { Application } from '../../model/application.ts'
import { secretPurpose } from '../../model/sealed-secret.ts'
import type { Context } from '../context.ts'
import { jwsHeader, signedClaims } from '../tokens/jws.ts'
import { assertedBy, assertionIn } from './assertion.ts'
import type { AuthMethod } from './method.ts'
import { noteUse } from './use.ts'

export const SECRET_ALGORITHMS: readonly string[] = ['HS256', 'HS384', 'HS512']

/** OpenID Connect Core §9: signed with the secret itself, which is therefore sealed and not digested. */
export const clientSecretJwt: AuthMethod = {
  name: 'client_secret_jwt',
  read(request, params) {
    const assertion = assertionIn(params)
    if (assertion === undefined || !SECRET_ALGORITHMS.includes(assertion.algorithm))
      return undefined
    return assertedBy(assertion, request, claimsUnderSecret)
  },
}

async function claimsUnderSecret(
  token: string,
  application: Application,
  context: Context,
): Promise<JsonObject | undefined> {
  const algorithm = jwsHeader(token)?.alg
  if (typeof algorithm !== 'string' || !SECRET_ALGORITHMS.includes(algorithm)) return undefined
  for (const { id, secret } of liveSecrets(application, context)) {
    const key = createSecretKey(Buffer.from(secret))
    const claims = await signedClaims(token, key, algorithm)
    if (claims === undefined) continue
    await noteUse(application, id, context)
    return claims
  }
  return undefined
}

const liveSecrets = (
  { uid, name, sealedSecrets }: Application,
  { tenant, keys, now, log }: Context,
): readonly { readonly id: string; readonly secret: string }[] =>
  sealedSecrets
    .filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now)
    .flatMap(({ id, sealed }) => {
      const secret = keys.unseal(sealed, secretPurpose(uid, id))
      if (secret === undefined)
        log.error('a client secret is sealed under another master key; apply it again', {
          tenant: tenant.name,
          application: name,
          id,
        })
      return secret === undefined ? [] : [{ id, secret }]
    })
