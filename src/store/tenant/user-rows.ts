import type { User } from '../../model/user.ts'
import type { UserRow } from '../rows/people.ts'
import { foldCase } from './logins.ts'

export const rowOf = (tenant: string, user: User): UserRow => ({
  tenant,
  uid: user.uid,
  sub: user.sub,
  username: user.username,
  username_key: foldCase(user.username),
  email: user.email ?? null,
  email_verified: user.emailVerified ? 1 : 0,
  claims: JSON.stringify(user.claims),
  roles: JSON.stringify(user.roles),
  group_names: JSON.stringify(user.groups),
  password_hash: user.passwordHash ?? null,
  ciba_user_code_hash: user.cibaUserCodeHash ?? null,
  created_at: user.createdAt,
  updated_at: user.updatedAt,
  disabled_at: user.disabledAt ?? null,
  buried_at: null,
})

/** By name: a running server must not see its prepared statements refused when a column is added. */
export const PERSON = [
  'person.tenant',
  'person.uid',
  'person.sub',
  'person.username',
  'person.username_key',
  'person.email',
  'person.email_verified',
  'person.claims',
  'person.roles',
  'person.group_names',
  'person.password_hash',
  'person.ciba_user_code_hash',
  'person.created_at',
  'person.updated_at',
  'person.disabled_at',
  'person.buried_at',
] as const

export const userOf = (row: UserRow): User => ({
  uid: row.uid,
  sub: row.sub,
  username: row.username,
  email: row.email ?? undefined,
  emailVerified: row.email_verified === 1,
  claims: JSON.parse(row.claims),
  roles: JSON.parse(row.roles),
  groups: JSON.parse(row.group_names),
  passwordHash: row.password_hash ?? undefined,
  cibaUserCodeHash: row.ciba_user_code_hash ?? undefined,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  disabledAt: row.disabled_at ?? undefined,
})
