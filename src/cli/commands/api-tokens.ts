import { toSeconds } from '../../base/time.ts'
import type { Tenant } from '../../model/tenant.ts'
import { isActive } from '../../oauth/active.ts'
import { parseScope } from '../../oauth/scope.ts'
import { heldAt, newApiToken } from '../../oauth/tokens/api-token.ts'
import type { ApiTokenActor, ApiTokenRecord, TenantStore } from '../../store/port.ts'
import { grantedOf, saidOf, type TermsFlags } from '../api-token-terms.ts'
import { databaseOf, withDatabase } from '../database.ts'
import { variable } from '../environment.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { instantText } from '../io.ts'
import { printable } from '../printable.ts'
import { secretsOut } from '../secrets-out.ts'
import { table } from '../table.ts'
import { applicationName, applicationNamed, tenantNamed } from '../tenants.ts'

/** Shown once, here: the database keeps what is enough to know it again. */
export async function createApiToken(
  invocation: Invocation,
  flags: TermsFlags & { readonly out?: string },
  ...[name, application]: [string, string]
): Promise<Outcome> {
  const { clock, random, directory } = invocation.world
  const said = saidOf(flags)
  const out = flags.out === undefined ? undefined : secretsOut(flags.out, directory, '--out')
  return within(invocation, name, async ({ tenant, store, by }) => {
    const terms = { ...said, ...grantedOf(flags, application, tenant) }
    const { token, row } = newApiToken(terms, { nowMs: clock.milliseconds(), random })
    invocation.interruption.pointOfNoReturn()
    out?.keep([{ address: `ApiToken/${name}/${row.id}`, id: 'token', value: token }])
    try {
      await store.apiTokens.create(row, by)
    } catch (error) {
      out?.forget()
      throw error
    }
    const made = { ...row, createdBy: by.actor, revokedAt: undefined }
    return {
      exit: EXIT.ok,
      kind: 'ApiToken',
      body: {
        tenant: name,
        apiToken: bodyOf(made, tenant, by.at),
        ...(out === undefined ? { token } : {}),
      },
      text: table([
        ['token', out === undefined ? token : `in ${out.path}`],
        ['id', row.id],
        ['expires', instantText(row.access.expiresAt)],
      ]),
    }
  })
}

export async function listApiTokens(
  invocation: Invocation,
  flags: { readonly app?: string },
  name: string,
): Promise<Outcome> {
  return within(invocation, name, async ({ tenant, store, by }) => {
    const uid = flags.app === undefined ? undefined : applicationNamed(tenant, flags.app).uid
    const found = await store.apiTokens.list(uid)
    const apiTokens = found.map((each) => bodyOf(each, tenant, by.at))
    return {
      exit: EXIT.ok,
      kind: 'ApiTokens',
      body: { tenant: name, apiTokens },
      text: apiTokens.length === 0 ? 'There are no API tokens.\n' : table(apiTokens.map(rowOf)),
    }
  })
}

export async function revokeApiToken(
  invocation: Invocation,
  _flags: unknown,
  ...[name, id]: [string, string]
): Promise<Outcome> {
  return within(invocation, name, async ({ tenant, store, by }) => {
    invocation.interruption.pointOfNoReturn()
    const revoked = await store.apiTokens.revoke(id, by)
    if (revoked === undefined)
      throw new Failure(
        EXIT.failed,
        `there is no API token "${id}" in ${name}, or it was revoked before`,
        `tokenidp api-tokens list ${name}`,
      )
    return {
      exit: EXIT.ok,
      kind: 'ApiToken',
      body: { tenant: name, apiToken: bodyOf(revoked, tenant, by.at) },
      text: `Revoked ${id}.\n`,
    }
  })
}

interface Work {
  readonly tenant: Tenant
  readonly store: TenantStore
  readonly by: ApiTokenActor
}

async function within(
  invocation: Invocation,
  name: string,
  work: (work: Work) => Promise<Outcome>,
): Promise<Outcome> {
  const { variables, user, clock } = invocation.world
  const url = await databaseOf(invocation)
  return withDatabase(invocation, url, { schema: 'require' }, async (database) => {
    const tenant = await tenantNamed(database, name)
    const actor = variable(variables, 'TOKENIDP_ACTOR') ?? user
    const by = { tenantName: name, actor, at: toSeconds(clock.milliseconds()) }
    return work({ tenant, store: database.tenant(tenant.uid), by })
  })
}

const bodyOf = (record: ApiTokenRecord, tenant: Tenant, now: number) => ({
  id: record.id,
  name: record.name ?? null,
  application: applicationName(record.access.applicationUid, tenant),
  resource: record.access.audience,
  scopes: parseScope(record.access.scope),
  state: stateOf(record, tenant, now),
  createdAt: record.access.issuedAt,
  createdBy: record.createdBy,
  expiresAt: record.access.expiresAt,
  revokedAt: record.revokedAt ?? null,
})

function stateOf({ access, revokedAt }: ApiTokenRecord, tenant: Tenant, now: number) {
  if (revokedAt !== undefined) return 'revoked'
  if (access.expiresAt <= now) return 'expired'
  const application = tenant.applicationsByUid.get(access.applicationUid)
  if (!isActive(application)) return 'suspended'
  const held = heldAt(access.audience, parseScope(access.scope), { application, tenant })
  return held.length === 0 ? 'suspended' : 'active'
}

const rowOf = (body: ReturnType<typeof bodyOf>): string[] => [
  body.id,
  body.state,
  printable(body.name ?? ''),
  body.application,
  body.resource,
  body.scopes.join(' '),
  `since ${instantText(body.createdAt)}`,
  `until ${instantText(body.expiresAt)}`,
]
