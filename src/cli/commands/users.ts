import {
  type AccountWorld,
  createAccount,
  disableAccount,
  setCibaUserCode,
  setPassword,
} from '../../accounts/index.ts'
import type { JsonObject } from '../../base/json.ts'
import { openPasswords } from '../../base/password.ts'
import { toSeconds } from '../../base/time.ts'
import type { Tenant } from '../../model/tenant.ts'
import { GROUP_NAME_LENGTH, type User } from '../../model/user.ts'
import type { TenantStore } from '../../store/port.ts'
import { databaseOf, withDatabase } from '../database.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { readPassword, readUserCode } from '../password-input.ts'
import { table } from '../table.ts'
import { tenantNamed, toldOf, userNamed } from '../tenants.ts'
import { endedText, toldText } from './sessions.ts'

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
    readonly group?: readonly string[]
    readonly passwordFile?: string
  },
  tenant: string,
  username: string,
): Promise<Outcome> {
  const groups = groupsOf(flags.group ?? [])
  const password = await readPassword(invocation, flags.passwordFile)
  return within(invocation, tenant, async (account) => {
    const { email, emailVerified = false } = flags
    const wanted = { username, email, emailVerified, groups, password }
    const made = await createAccount(wanted, account)
    if (made.outcome === 'password-too-long') throw tooLong('password', tenant)
    if (made.outcome === 'taken')
      throw new Failure(
        EXIT.failed,
        `a user of ${tenant} has this username or e-mail address already`,
        `tokenidp users list ${tenant}`,
      )
    return said(tenant, made.user, `Created ${username}.\n`)
  })
}

/** As documents may have them: each once, in order. */
function groupsOf(names: readonly string[]): readonly string[] {
  for (const name of names)
    if (name === '' || name.length > GROUP_NAME_LENGTH)
      throw new Failure(
        EXIT.usage,
        `the name of a group has 1 to ${GROUP_NAME_LENGTH} characters`,
        'write for instance --group Staff',
      )
  return [...new Set(names)].sort()
}

export async function setUserPassword(
  invocation: Invocation,
  flags: { readonly passwordFile?: string },
  tenant: string,
  login: string,
): Promise<Outcome> {
  const password = await readPassword(invocation, flags.passwordFile)
  return within(invocation, tenant, async (account) => {
    const user = await userNamed(account.store, tenant, login)
    if ((await setPassword(login, password, account)) === 'password-too-long')
      throw tooLong('password', tenant)
    return said(
      tenant,
      user,
      `Changed the password of ${user.username} and ended everything they had.\n`,
    )
  })
}

export async function setUserCode(
  invocation: Invocation,
  flags: { readonly codeFile?: string },
  tenant: string,
  login: string,
): Promise<Outcome> {
  const code = await readUserCode(invocation, flags.codeFile)
  return within(invocation, tenant, async (account) => {
    const user = await userNamed(account.store, tenant, login)
    if ((await setCibaUserCode(login, code, account)) === 'code-too-long')
      throw tooLong('user code', tenant)
    return said(tenant, user, `Changed the user code of ${user.username}.\n`)
  })
}

export async function disableUser(
  invocation: Invocation,
  _flags: unknown,
  tenant: string,
  login: string,
): Promise<Outcome> {
  return within(invocation, tenant, async (account) => {
    await userNamed(account.store, tenant, login)
    await disableAccount(login, account)
    const user = await userNamed(account.store, tenant, login)
    return said(tenant, user, `Disabled ${user.username} and ended everything they had.\n`)
  })
}

/** Ends everything the person has anywhere; they may sign in again. */
export async function revokeAllOfUser(
  invocation: Invocation,
  _flags: unknown,
  name: string,
  login: string,
): Promise<Outcome> {
  return within(invocation, name, async ({ store, nowMs, tenant }) => {
    const user = await userNamed(store, name, login)
    const { sessions, authorizations, visited } = await store.users.revokeAll(
      user.uid,
      toSeconds(nowMs),
    )
    const told = toldOf(visited, tenant)
    const grants = `${authorizations} ${authorizations === 1 ? 'grant' : 'grants'}`
    return {
      exit: EXIT.ok,
      kind: 'Revocation',
      body: { tenant: name, user: userBody(user), sessions, grants: authorizations, told },
      text: `${endedText(sessions)}Ended ${grants} of ${user.username} with all their tokens.\n${toldText(told)}`,
    }
  })
}

type Account = AccountWorld & { readonly store: TenantStore; readonly tenant: Tenant }

/** What is begun here is carried through: it is one short change. */
async function within(
  invocation: Invocation,
  name: string,
  work: (account: Account) => Promise<Outcome>,
): Promise<Outcome> {
  const { random, clock } = invocation.world
  const url = await databaseOf(invocation)
  return withDatabase(invocation, url, { schema: 'require' }, async (database) => {
    const tenant = await tenantNamed(database, name)
    const passwords = openPasswords()
    invocation.interruption.pointOfNoReturn()
    try {
      return await work({
        tenant,
        store: database.tenant(tenant.uid),
        passwords,
        policy: tenant.signIn,
        random,
        nowMs: clock.milliseconds(),
      })
    } finally {
      await passwords.close()
    }
  })
}

const tooLong = (name: string, tenant: string): Failure =>
  new Failure(
    EXIT.failed,
    `the ${name} is longer than bcrypt can hold, which tenant "${tenant}" hashes with`,
    'choose one of at most 72 bytes, or set signIn.passwordHash: argon2id in the tenant',
  )

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
  groups: user.groups,
  disabledAt: user.disabledAt ?? null,
})

const userRow = (user: User): string[] => [
  user.username,
  user.email ?? '',
  user.roles.join(' '),
  user.groups.join(', '),
  user.disabledAt === undefined ? '' : 'disabled',
]
