import { rowKey } from '../../base/id.ts'
import type { RefreshTokenRecord } from '../../store/port.ts'
import type { Client } from '../client-auth/index.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import type { Params } from '../params.ts'
import { ownersOf, resourcesToChooseFrom } from '../resource.ts'
import { parseScope } from '../scope.ts'
import { openResponse, sealResponse } from '../tokens/sealed-response.ts'
import type { Grant, Proof } from './grant.ts'
import { ownerOf } from './owner.ts'

/** RFC 6749 §6, with rotation as RFC 9700 §4.14.2 wants it. */
export const refreshToken: Grant = {
  type: 'refresh_token',
  async redeem(params, client, context) {
    const token = params.required('refresh_token')
    const key = rowKey(token)
    const record = key === undefined ? undefined : await context.store.refreshTokens.find(key)
    if (record === undefined || record.applicationUid !== client.uid)
      throw invalidToken('unknown, or not of this client')
    if (Math.min(record.expiresAt, record.idleExpiresAt) <= context.now)
      throw invalidToken('expired')
    const owner = await ownerOf(record.authorization, context)
    if (owner === undefined) throw invalidToken('authorization has ended')
    return {
      owner,
      nonce: undefined,
      ...narrowed(params, record, context),
      ...(client.refreshToken.rotation === 'off'
        ? reused(record, client, context)
        : rotated(record, token, client, context)),
    }
  },
}

/** A refresh may ask for less than was granted and never for more. */
function narrowed(
  params: Params,
  { authorization }: RefreshTokenRecord,
  { tenant }: Context,
): Pick<Proof, 'scopes' | 'resources'> {
  const asked = parseScope(params.optional('scope'))
  if (!asked.every((name) => authorization.scopes.includes(name)))
    throw new OAuthError('invalid_scope', 'scope was not granted')
  const scopes = asked.length > 0 ? asked : authorization.scopes
  // A scope may have moved since to a resource that nobody allowed.
  const owners = new Set(ownersOf(asked, tenant))
  const candidates =
    asked.length > 0
      ? authorization.resources.filter((each) => owners.has(each))
      : authorization.resources
  const named = resourcesToChooseFrom(params, authorization.resources, tenant)
  return { scopes, resources: params.list('resource').length > 0 ? named : candidates }
}

function rotated(
  record: RefreshTokenRecord,
  token: string,
  client: Client,
  { store, tenant, random, now }: Context,
): Pick<Proof, 'family' | 'settle'> {
  const { grace } = client.refreshToken
  return {
    family: { expiresAt: record.expiresAt },
    async settle({ access, refresh }, response) {
      if (refresh === undefined) throw new Error('a rotation needs a successor')
      const sealedResponse =
        grace > 0 ? sealResponse(response, token, tenant.uid, random) : undefined
      const rotation = { bought: { access, refresh }, sealedResponse, graceUntil: now + grace }
      const rotated = await store.refreshTokens.rotate(record.key, rotation, now)
      switch (rotated.outcome) {
        case 'fresh':
          return response
        case 'repeated':
          return openResponse(rotated.sealedResponse, token, tenant.uid)
        case 'reused':
          throw invalidToken('reused')
      }
    },
  }
}

/** Without rotation the client keeps its token, which moves its idle limit. */
function reused(
  record: RefreshTokenRecord,
  client: Client,
  { store, now }: Context,
): Pick<Proof, 'family' | 'settle'> {
  return {
    family: 'none',
    async settle({ access }, response) {
      const idleExpiresAt = Math.min(record.expiresAt, now + client.refreshToken.idle)
      if (await store.refreshTokens.use(record.key, access, idleExpiresAt)) return response
      // It was used up while rotation was still on.
      await store.authorizations.revoke(record.authorizationUid, now)
      throw invalidToken('reused')
    },
  }
}

const invalidToken = (why: string): OAuthError =>
  new OAuthError('invalid_grant', 'refresh_token is not valid', { why })
