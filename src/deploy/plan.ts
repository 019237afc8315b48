import { digest } from '../base/digest.ts'
import { canonicalJson, type JsonObject } from '../base/json.ts'
import { addressOf, type DesiredObject, type DesiredState } from '../config/desired-state.ts'
import type { Resolution } from '../config/secrets.ts'
import type { ConfigObject, LiveState, StoredSecret } from '../store/config-port.ts'
import { type FieldChange, fieldChanges } from './diff.ts'
import { Refusal } from './refusal.ts'
import { type SecretChange, secretChanges } from './secrets.ts'

/** Everything `apply` will do, and nothing that is as it should be. Free of secrets. */
export interface Plan {
  readonly owner: string
  readonly environment: DesiredState['environment']
  /** What it was made from, and refused if that is no longer what is applied. */
  readonly baseRevision: number
  /** One value for one desired state, in every database. */
  readonly desiredDigest: string
  readonly changes: readonly Change[]
}

export interface Change {
  readonly action: 'create' | 'update' | 'delete'
  readonly address: string
  readonly fields: readonly FieldChange[]
  readonly secrets: readonly SecretChange[]
  /** Why `apply` refuses it. */
  readonly blocked?: 'protected'
  /** Where it is written; for a deletion, where it was. */
  readonly origin: { readonly file: string; readonly line: number }
}

/** What is wanted: the documents and the values behind their references. */
export interface Wanted {
  readonly desired: DesiredState
  readonly secrets: Resolution['secrets']
  /** Of the master key that they are to be sealed under, if one is given. */
  readonly sealingKeyId?: string | undefined
}

export const specHash = (spec: JsonObject): string => digest(canonicalJson(spec))

const ownerOf = (desired: DesiredState): string => `git:${desired.project.id}`

export function makePlan(all: Wanted, live: LiveState, pepper: string): Plan {
  const { desired, secrets, sealingKeyId } = all
  checkEnvironment(desired, live)
  const owner = ownerOf(desired)
  const keeping = { pepper, sealingKeyId }
  const current = new Map(live.objects.map((object) => [addressOf(object), object]))
  const stored = Map.groupBy(live.secrets, (secret) => secret.ownerUid)
  const wanted = new Set(desired.objects.map(addressOf))
  return {
    owner,
    environment: desired.environment,
    baseRevision: live.revision,
    desiredDigest: desiredDigest(desired),
    changes: [
      ...live.objects
        .filter((object) => object.owner === owner && !wanted.has(addressOf(object)))
        .map(deletion),
      ...desired.objects.flatMap((object) => {
        const address = addressOf(object)
        const before = current.get(address)
        if (before !== undefined) checkMayChange(object, before, owner)
        const kept = before === undefined ? [] : (stored.get(before.uid) ?? [])
        return changeOf(object, before, secretChanges(secrets.get(address) ?? [], kept, keeping))
      }),
    ],
  }
}

const desiredDigest = (desired: DesiredState): string =>
  digest(
    desired.objects
      .map(
        (each) =>
          `${addressOf(each)} ${specHash(each.spec)}${each.isProtected ? ' protected' : ''}\n`,
      )
      .join(''),
  )

function changeOf(
  object: DesiredObject,
  before: ConfigObject | undefined,
  secrets: readonly SecretChange[],
): Change[] {
  const lifecycle = protectionChange(before?.isProtected ?? false, object.isProtected)
  const isSame = before?.specHash === specHash(object.spec) && lifecycle.length === 0
  if (isSame && secrets.length === 0) return []
  return [
    {
      action: before === undefined ? 'create' : 'update',
      address: addressOf(object),
      fields: [...lifecycle, ...fieldChanges(before?.spec ?? {}, object.spec)],
      secrets,
      origin: { file: object.at.file, line: object.at.line },
    },
  ]
}

const protectionChange = (before: boolean, after: boolean): FieldChange[] =>
  before === after ? [] : [{ path: 'lifecycle.protect', before, after }]

const deletion = (object: ConfigObject): Change => ({
  action: 'delete',
  address: addressOf(object),
  fields: [],
  secrets: [],
  ...(object.isProtected ? { blocked: 'protected' as const } : {}),
  origin: { file: object.originFile, line: object.originLine },
})

function checkEnvironment({ environment }: DesiredState, live: LiveState): void {
  const stamp = live.environment
  if (stamp === undefined) return
  if (stamp.name === environment.name && stamp.kind === environment.kind) return
  throw new Refusal(
    'environment',
    `this database belongs to environment "${stamp.name}" (${stamp.kind}), not to "${environment.name}" (${environment.kind})`,
  )
}

function checkMayChange(object: DesiredObject, before: ConfigObject, owner: string): void {
  const place = `${object.at.file}:${object.at.line}`
  if (before.owner !== owner)
    throw new Refusal(
      'owner',
      `${addressOf(object)} (${place}) exists and belongs to ${before.owner}, not to ${owner}`,
    )
  const was = before.spec.clientId
  const is = object.spec.clientId
  // Tokens and partners' settings name the client: another clientId is another application.
  if (was !== undefined && was !== is)
    throw new Refusal(
      'frozen',
      `${addressOf(object)} (${place}): clientId is ${JSON.stringify(was)} since its creation and cannot become ${JSON.stringify(is)}`,
    )
}

/** What is protected goes in two applies, so that nobody deletes it by the way. */
export function checkProtected({ changes }: Plan): void {
  const kept = changes.filter(({ blocked }) => blocked !== undefined).map((each) => each.address)
  if (kept.length === 0) return
  throw new Refusal(
    'protected',
    `${kept.join(', ')} ${kept.length === 1 ? 'is' : 'are'} protected, and would be deleted; nothing was applied`,
  )
}

/** Which of the stored secrets an object no longer declares. */
export const droppedSecrets = (
  change: Change,
  uid: string,
): Pick<StoredSecret, 'ownerUid' | 'secretId'>[] =>
  change.secrets
    .filter(({ action }) => action === 'drop')
    .map(({ id }) => ({ ownerUid: uid, secretId: id }))
