/** What the documents would be once applied, for commands that look at no database. */

import type { EpochSeconds } from '../base/time.ts'
import { addressOf, type DesiredObject, type DesiredState } from '../config/desired-state.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { User } from '../model/user.ts'
import type { ConfigObject } from '../store/config-port.ts'
import { usersToPut } from './declared-users.ts'
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
