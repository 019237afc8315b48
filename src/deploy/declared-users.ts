import type { Json, JsonObject } from '../base/json.ts'
import type { ConfigObject, DeclaredUser } from '../store/config-port.ts'
import type { NewVerifier } from './verifiers.ts'

/** The runtime rows of the declared users among these objects. */
export function usersToPut(
  objects: readonly ConfigObject[],
  verifiers: readonly NewVerifier[],
  uidOf: (address: string) => string,
  sub: () => string,
): DeclaredUser[] {
  const hashes = (secretId: string): ReadonlyMap<string, string> =>
    new Map(
      verifiers
        .filter(({ stored }) => stored.secretId === secretId)
        .map(({ address, stored }) => [uidOf(address), stored.verifier]),
    )
  const [passwords, userCodes] = [hashes('password'), hashes('cibaUserCode')]
  return objects
    .filter((object) => object.kind === 'User')
    .map(({ uid, tenant, name, spec }) => ({
      tenantUid: uidOf(`Tenant/${tenant}`),
      uid,
      sub: sub(),
      username: text(spec.username) ?? name,
      email: text(spec.email),
      emailVerified: spec.emailVerified === true,
      claims: record(spec.claims),
      roles: texts(spec.roles),
      groups: texts(spec.groups),
      passwordHash: spec.password === undefined ? null : passwords.get(uid),
      cibaUserCodeHash: spec.cibaUserCode === undefined ? null : userCodes.get(uid),
    }))
}

const text = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined

const texts = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []

const record = (value: Json | undefined): JsonObject =>
  value !== null && typeof value === 'object' && !isList(value) ? value : {}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
