import { ulid } from '../../base/id.ts'
import type { JsonObject } from '../../base/json.ts'
import { openPasswords } from '../../base/password.ts'
import { randomToken } from '../../base/random.ts'
import { toSeconds } from '../../base/time.ts'
import type { Tenant } from '../../model/tenant.ts'
import type { User } from '../../model/user.ts'
import type { TenantStore } from '../../store/port.ts'
import { databaseOf, withDatabase } from '../database.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { readPassword } from '../password-input.ts'
import { table } from '../table.ts'
import { tenantNamed } from '../tenants.ts'

const PAGE = 500

export async function listUsers(
  invocation: Invocation,
  _flags: unknown,
  tenant: string,
): Promise<Outcome> {
  return within(invocation, tenant, async ({ store }) => {
    const users = await allUsers(store)
    return {
      exit: EXIT.ok,
      kind: 'Users',
      body: { tenant, users: users.map(userBody) },
      text: users.length === 0 ? 'There are no users.\n' : table(users.map(userRow)),
    }
  })
}

export async function addUser(
  invocation: Invocation,
  flags: {
    readonly email?: string
    readonly emailVerified?: boolean
    readonly passwordFile?: string
  },
  tenant: string,
  username: string,
): Promise<Outcome> {
  const { random, clock } = invocation.world
  const password = await readPassword(invocation, flags.passwordFile)
  return within(invocation, tenant, async ({ store, policy }) => {
    const nowMs = clock.milliseconds()
    const user: User = {
      uid: ulid(nowMs, random),
      sub: randomToken(random, 16),
      username,
      email: flags.email,
      emailVerified: flags.emailVerified === true,
      claims: {},
      roles: [],
      passwordHash: await hashed(password, policy),
      createdAt: toSeconds(nowMs),
      updatedAt: toSeconds(nowMs),
      disabledAt: undefined,
    }
    if ((await store.users.create(user)) === 'taken')
      throw new Failure(
        EXIT.failed,
        `a user of ${tenant} has this username or e-mail address already`,
        `tokenidp users list ${tenant}`,
      )
    return said(tenant, user, `Created ${username}.\n`)
  })
}

export async function setUserPassword(
  invocation: Invocation,
  flags: { readonly passwordFile?: string },
  tenant: string,
  login: string,
): Promise<Outcome> {
  const password = await readPassword(invocation, flags.passwordFile)
  return within(invocation, tenant, async ({ store, policy, now }) => {
    const user = await userNamed(store, tenant, login)
    await store.users.setPassword(user.uid, await hashed(password, policy), now)
    return said(
      tenant,
      user,
      `Changed the password of ${user.username} and ended their sessions.\n`,
    )
  })
}

export async function disableUser(
  invocation: Invocation,
  _flags: unknown,
  tenant: string,
  login: string,
): Promise<Outcome> {
  return within(invocation, tenant, async ({ store, now }) => {
    const user = await userNamed(store, tenant, login)
    await store.users.disable(user.uid, now)
    return said(tenant, user, `Disabled ${user.username} and ended everything they had.\n`)
  })
}

interface Within {
  readonly store: TenantStore
  readonly policy: Tenant['signIn']
  readonly now: number
}

async function within(
  invocation: Invocation,
  name: string,
  work: (within: Within) => Promise<Outcome>,
): Promise<Outcome> {
  const url = await databaseOf(invocation)
  return withDatabase(invocation, url, { schema: 'require' }, async (database) => {
    const tenant = await tenantNamed(database, name)
    const now = toSeconds(invocation.world.clock.milliseconds())
    return work({ store: database.tenant(tenant.uid), policy: tenant.signIn, now })
  })
}

async function hashed(password: string, policy: Tenant['signIn']): Promise<string> {
  const passwords = openPasswords()
  try {
    return await passwords.hash(password, policy.passwordHash)
  } finally {
    await passwords.close()
  }
}

async function userNamed(store: TenantStore, tenant: string, login: string): Promise<User> {
  const user = await store.users.findByLogin(login)
  if (user !== undefined) return user
  throw new Failure(
    EXIT.failed,
    `there is no user "${login}" in ${tenant}`,
    `tokenidp users list ${tenant}`,
  )
}

async function allUsers({ users }: TenantStore): Promise<User[]> {
  const found: User[] = []
  for (;;) {
    const last = found.at(-1)
    const page = await users.list(
      last === undefined ? { limit: PAGE } : { limit: PAGE, after: last.username },
    )
    found.push(...page)
    if (page.length < PAGE) return found
  }
}

const said = (tenant: string, user: User, text: string): Outcome => ({
  exit: EXIT.ok,
  kind: 'User',
  body: { tenant, user: userBody(user) },
  text,
})

const userBody = (user: User): JsonObject => ({
  uid: user.uid,
  sub: user.sub,
  username: user.username,
  email: user.email ?? null,
  roles: user.roles,
  disabledAt: user.disabledAt ?? null,
})

const userRow = (user: User): string[] => [
  user.username,
  user.email ?? '',
  user.roles.join(' '),
  user.disabledAt === undefined ? '' : 'disabled',
]
