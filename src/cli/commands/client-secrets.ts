import type { JsonObject } from '../../base/json.ts'
import { nearest } from '../../base/nearest.ts'
import type { EpochSeconds } from '../../base/time.ts'
import { addressOf } from '../../config/desired-state.ts'
import { type Issued, issueSecret } from '../../deploy/client-secrets.ts'
import { endOf } from '../../deploy/secret-end.ts'
import type { ConfigObject, LiveState, StoredSecret } from '../../store/config-port.ts'
import { type Database, databaseOf, timeIn, withDatabase } from '../database.ts'
import { variable } from '../environment.ts'
import { EXIT, Failure } from '../exit.ts'
import { lengthOf } from '../flag-values.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { instantText } from '../io.ts'
import { masterKey } from '../master-key.ts'
import { type SecretsOut, secretsOut } from '../secrets-out.ts'
import { table } from '../table.ts'
import { tenantNamed } from '../tenants.ts'
import { tool } from '../tool.ts'

interface RotateFlags {
  readonly keep?: string
  readonly ttl?: string
  readonly secretsOut?: string
}

const KEEP = '7d'

/** Issues a second secret for an application; what it has besides ends by date. */
export async function rotateSecret(
  invocation: Invocation,
  flags: RotateFlags,
  tenant: string,
  name: string,
): Promise<Outcome> {
  const { world } = invocation
  const keep = lengthOf('--keep', flags.keep ?? KEEP)
  const ttl = flags.ttl === undefined ? undefined : lengthOf('--ttl', flags.ttl)
  const out = flags.secretsOut && secretsOut(flags.secretsOut, world.directory)
  const url = await databaseOf(invocation)
  return withDatabase(invocation, url, { schema: 'require' }, async (database) => {
    await tenantNamed(database, tenant)
    const application = applicationNamed(await database.config.live(), tenant, name)
    const issued = await issue(invocation, database, {
      application,
      keep,
      ttl,
      out: out || undefined,
    })
    if (ttl === undefined)
      invocation.warn(
        `${issued.id} of ${addressOf(application)} has no end`,
        'give the next one a --ttl, for instance 365d',
      )
    return rotated(application, issued, out !== undefined && out !== '')
  })
}

interface Wanted {
  readonly application: ConfigObject
  readonly keep: number
  readonly ttl: number | undefined
  readonly out: SecretsOut | undefined
}

async function issue(
  { world, global, interruption }: Invocation,
  database: Database,
  { application, keep, ttl, out }: Wanted,
): Promise<Issued> {
  const now = await timeIn(database, world)
  try {
    return await issueSecret({
      config: database.config,
      application,
      keep,
      expiresAt: ttl === undefined ? undefined : now + ttl,
      random: world.random,
      now,
      lockTimeoutMs: global.lockTimeoutMs,
      sealingKey: () => masterKey(world.variables, 'secrets of client_secret_jwt'),
      tell: ({ id, value }) => out?.keep([{ address: addressOf(application), id, value }]),
      beforeCommit: () => interruption.pointOfNoReturn(),
      about: {
        gitCommit: undefined,
        gitRef: undefined,
        gitDirty: false,
        repoUrl: undefined,
        ciUrl: undefined,
        toolVersion: tool.version,
        actor: variable(world.variables, 'TOKENIDP_ACTOR') ?? world.user,
        reason: variable(world.variables, 'TOKENIDP_REASON'),
      },
    })
  } catch (error) {
    if (!interruption.isCarriedThrough()) out?.forget()
    throw error
  }
}

function rotated(application: ConfigObject, issued: Issued, isKept: boolean): Outcome {
  const { id, value, expiresAt, ending, endsAt } = issued
  const others =
    ending.length === 0 ? '' : `${ending.join(', ')} works until ${instantText(endsAt)}.\n`
  return {
    exit: EXIT.ok,
    kind: 'IssuedSecret',
    body: {
      address: addressOf(application),
      id,
      secret: isKept ? null : value,
      expiresAt: expiresAt ?? null,
      ending: [...ending],
      endsAt,
    },
    text: isKept
      ? `Issued ${id}; its value is in the file.\n${others}`
      : `${value}\n${others === '' ? '' : others}`,
  }
}

/** The secrets of one application, or of all in the tenant. Never their values. */
export async function listSecrets(
  invocation: Invocation,
  _flags: unknown,
  tenant: string,
  name?: string,
): Promise<Outcome> {
  const url = await databaseOf(invocation)
  return withDatabase(invocation, url, { schema: 'require' }, async (database) => {
    const { uid } = await tenantNamed(database, tenant)
    const live = await database.config.live()
    const applications =
      name === undefined ? applicationsOf(live, tenant) : [applicationNamed(live, tenant, name)]
    const now = await timeIn(database, invocation.world)
    const [only] = name === undefined ? [] : applications
    const uses = await database.tenant(uid).secretUses.list(only?.uid)
    const byOwner = Map.groupBy(live.secrets, ({ ownerUid }) => ownerUid)
    const secrets = applications.flatMap((application) => {
      const used = uses.get(application.uid)
      return (byOwner.get(application.uid) ?? []).map((secret) =>
        listing(application, secret, { usedAt: used?.get(secret.secretId), now }),
      )
    })
    return {
      exit: EXIT.ok,
      kind: 'Secrets',
      body: { tenant, secrets: secrets.map((each) => ({ ...each })) },
      text: secrets.length === 0 ? 'There are no secrets.\n' : table(secrets.map(row)),
    }
  })
}

interface Listing extends JsonObject {
  readonly application: string
  readonly id: string
  readonly origin: 'documents' | 'issued'
  readonly state: 'live' | 'ending' | 'ended'
  readonly endsAt: EpochSeconds | null
  readonly usedAt: EpochSeconds | null
}

function listing(
  { name }: ConfigObject,
  secret: StoredSecret,
  { usedAt, now }: { readonly usedAt: EpochSeconds | undefined; readonly now: EpochSeconds },
): Listing {
  const end = endOf(secret)
  const ending = end === undefined ? 'live' : 'ending'
  return {
    application: name,
    id: secret.secretId,
    origin: secret.issuedAt === undefined ? 'documents' : 'issued',
    state: end !== undefined && end <= now ? 'ended' : ending,
    endsAt: end ?? null,
    usedAt: usedAt ?? null,
  }
}

const row = ({ application, id, origin, state, endsAt, usedAt }: Listing): readonly string[] => [
  application,
  id,
  origin,
  state,
  endsAt === null ? 'no end' : `until ${instantText(endsAt)}`,
  usedAt === null ? 'never used' : `used ${instantText(usedAt)}`,
]

const applicationsOf = ({ objects }: LiveState, tenant: string): readonly ConfigObject[] =>
  objects.filter((each) => each.kind === 'Application' && each.tenant === tenant)

function applicationNamed(live: LiveState, tenant: string, name: string): ConfigObject {
  const all = applicationsOf(live, tenant)
  const found =
    all.find((each) => each.name === name) ?? all.find(({ spec }) => spec.clientId === name)
  if (found !== undefined) return withSecrets(found)
  const meant = nearest(
    name,
    all.map((each) => each.name),
  )
  throw new Failure(
    EXIT.failed,
    `there is no application "${name}" in tenant "${tenant}"`,
    meant === undefined ? `tokenidp secrets list ${tenant}` : `did you mean ${meant}?`,
  )
}

function withSecrets(application: ConfigObject): ConfigObject {
  const auth = application.spec.clientAuth
  const method = typeof auth === 'object' && auth !== null && 'method' in auth ? auth.method : ''
  if (String(method).startsWith('client_secret')) return application
  throw new Failure(
    EXIT.refused,
    `${addressOf(application)} does not prove itself by a secret`,
    'its clientAuth.method is in its document',
  )
}
