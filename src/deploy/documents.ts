/** What the documents would be once applied, for commands that look at no database. */

import type { EpochSeconds } from '../base/time.ts'
import { addressOf, type DesiredObject, type DesiredState } from '../config/desired-state.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { User } from '../model/user.ts'
import type { ConfigObject, LiveState, StoredSecret } from '../store/config-port.ts'
import { usersToPut } from './declared-users.ts'
import { specHash } from './plan/digests.ts'
import { makePlan, type Plan, type Wanted } from './plan.ts'
import { fingerprint } from './secrets.ts'
import { compile } from './snapshot.ts'

/** Its objects are known by their addresses; its applications have no secrets. */
export const snapshotOfDocuments = ({ objects }: DesiredState): Snapshot =>
  compile({ revision: 0, objects: objects.map(asApplied), secrets: [] })

/** The declared people of a tenant. A sub is made by apply, so here it only says whose. */
export const usersOfDocuments = (
  { objects }: DesiredState,
  tenant: string,
  now: EpochSeconds,
): readonly User[] =>
  usersToPut(
    objects.map(asApplied).filter((object) => object.tenant === tenant),
    [],
    (address) => address,
    () => '',
  ).map(({ uid, username, email, emailVerified, claims, roles, groups }) => ({
    uid,
    sub: `<sub of ${username}>`,
    username,
    email,
    emailVerified,
    claims,
    roles,
    groups,
    passwordHash: undefined,
    cibaUserCodeHash: undefined,
    createdAt: now,
    updatedAt: now,
    disabledAt: undefined,
  }))

/** What applying the later documents would change where the earlier ones are applied, with deletions. Looks at no secret's value. */
export function differences(before: DesiredState | undefined, after: DesiredState): Plan {
  const owner = `git:${after.project.id}`
  const live: LiveState = {
    meta: { clusterId: '', pepper: PEPPER, schemaVersion: 0 },
    revision: 0,
    environment: undefined,
    objects: (before?.objects ?? []).map((object) => {
      const hash = specHash(object.spec)
      return { ...asApplied(object), owner, specHash: hash, appliedHash: hash }
    }),
    tombstones: [],
    secrets: (before?.objects ?? []).flatMap(declaredSecrets),
    overrides: [],
  }
  return makePlan({ desired: after, secrets: writtenSecrets(after) }, live, PEPPER, { prune: true })
}

/** Nothing that it keys is kept. */
const PEPPER = 'compared'

/** References are compared as parts of the specs; only what is written into both can be compared itself. */
const writtenSecrets = ({ objects }: DesiredState): Wanted['secrets'] =>
  new Map(
    objects.map((object) => [
      addressOf(object),
      object.secrets.map((declared) => ({
        declared,
        isUnknown: true,
        value: declared.source.from === 'literal' ? declared.source.value : undefined,
      })),
    ]),
  )

const declaredSecrets = (object: DesiredObject): readonly StoredSecret[] =>
  object.secrets.map(({ id, use, source, expiresAt }) => ({
    ownerUid: addressOf(object),
    secretId: id,
    verifier: use === 'sealed' ? 'v1.' : '',
    fingerprint: source.from === 'literal' ? fingerprint(PEPPER, source.value) : '',
    expiresAt,
  }))

const asApplied = (object: DesiredObject): ConfigObject => ({
  uid: addressOf(object),
  kind: object.kind,
  tenant: object.tenant,
  name: object.name,
  owner: '',
  spec: object.spec,
  specHash: '',
  appliedHash: '',
  reconcile: object.reconcile,
  isProtected: object.isProtected,
  originFile: object.at.file,
  originLine: object.at.line,
  revision: 0,
})
