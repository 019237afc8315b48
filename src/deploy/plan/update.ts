import { addressOf, type DesiredObject } from '../../config/desired-state.ts'
import { gravest } from '../../model/risk.ts'
import type { ConfigObject } from '../../store/config-port.ts'
import { Refusal } from '../refusal.ts'
import { type SecretChange, secretChanges } from '../secrets.ts'
import type { Change, PlannedField } from './change.ts'
import type { Placed } from './moves.ts'
import { bare, graver, type Planning, placeOf } from './planning.ts'
import { assessField, assessSecret } from './risk.ts'
import { classified, compare } from './three-way.ts'

/** What an object that is there must become, if anything. */
export function update(object: DesiredObject, before: Placed, planning: Planning): Change[] {
  const { owner, desired, hashes } = planning
  const live = before.object
  const address = addressOf(object)
  const hash = hashes.get(address) ?? ''
  // One environment serves all projects of a database; who declares it alike only says where it is.
  const isShared = object.kind === 'Environment' && live.owner !== owner && live.specHash === hash
  if (isShared) return []
  const adoption = desired.refactor.adopt.find(({ ref }) => ref === address)
  const isForeign = live.owner !== owner
  const adopted = isForeign && adoption !== undefined && (adoption.uid ?? live.uid) === live.uid
  if (isForeign && !adopted) return [ownedByAnother(object, live)]
  if (live.specHash !== hash) checkFrozen(object, live)
  const change = difference(object, before, planning)
  if (!isForeign) return change === undefined ? [] : [change]
  const base = change ?? bare('update', address, placeOf(object))
  return [graver({ ...base, adoptedFrom: live.owner }, 'it belongs to these documents from now on')]
}

function ownedByAnother(object: DesiredObject, live: ConfigObject): Change {
  const whose = live.owner === '' ? 'nobody' : live.owner
  return {
    ...bare('update', addressOf(object), placeOf(object)),
    adoptedFrom: live.owner,
    risk: 'caution',
    reasons: [`it exists and belongs to ${whose}`],
    blocked: 'owned',
  }
}

function difference(object: DesiredObject, before: Placed, planning: Planning): Change | undefined {
  const { object: live } = before
  const address = addressOf(object)
  const isMoved = addressOf(live) !== address
  const way = isLeftAlone(object, live) ? 'same' : compare(planning.hashes.get(address) ?? '', live)
  const secrets = isLeftAlone(object, live) ? [] : secretsOf(address, live, planning)
  const lifecycle = lifecycleChanges(object, live)
  if (way === 'converged' && secrets.length + lifecycle.length === 0 && !isMoved)
    return bare('record', address, placeOf(object))
  const isKept = way === 'drift' && planning.options.onDrift === 'keep'
  const fields = way === 'same' || way === 'converged' || isKept ? [] : plannedFields(object, live)
  const all = [...lifecycle, ...fields]
  if (all.length + secrets.length === 0 && !isMoved) return undefined
  const made: Change = {
    ...bare('update', address, placeOf(object)),
    ...(isMoved ? { movedFrom: addressOf(live) } : {}),
    fields: all,
    secrets,
    ...risksOf(
      all,
      secrets,
      new Set(planning.stored.get(live.uid)?.map(({ secretId }) => secretId)),
    ),
    ...blockOf(way, planning),
  }
  return isMoved ? movedChange(made) : made
}

const movedChange = (change: Change): Change =>
  change.address.startsWith('Tenant/')
    ? {
        ...change,
        risk: gravest([change.risk, 'breaking']),
        reasons: [...change.reasons, 'the issuer changes with the name of the tenant'],
      }
    : graver(change, 'it has another name')

/** createOnly: whoever changed it since may keep it. observe: it is only compared. */
const isLeftAlone = ({ reconcile }: DesiredObject, live: ConfigObject): boolean =>
  reconcile === live.reconcile && reconcile !== 'full'

const secretsOf = (address: string, live: ConfigObject, { wanted, stored, keeping }: Planning) =>
  secretChanges(wanted.get(address) ?? [], stored.get(live.uid) ?? [], keeping)

export const plannedFields = (object: DesiredObject, live: ConfigObject): PlannedField[] =>
  classified(object.spec, live).map((field) => ({
    ...field,
    ...assessField(object.kind, field),
    origin: object.placeOf(field.path),
  }))

function lifecycleChanges(object: DesiredObject, live: ConfigObject): PlannedField[] {
  const pairs = [
    ['lifecycle.protect', live.isProtected, object.isProtected],
    ['lifecycle.reconcile', live.reconcile, object.reconcile],
  ] as const
  return pairs
    .filter(([, before, after]) => before !== after)
    .map(([path, before, after]) => {
      const field = { path, before, after }
      const origin = object.placeOf(path)
      return { ...field, class: 'changed', ...assessField(object.kind, field), origin }
    })
}

function risksOf(
  fields: readonly PlannedField[],
  secrets: readonly SecretChange[],
  known: ReadonlySet<string>,
): Pick<Change, 'risk' | 'reasons'> {
  const ofSecrets = secrets.map((secret) => assessSecret(secret, known.has(secret.id)))
  const all = [...fields, ...ofSecrets]
  return {
    risk: gravest(all.map(({ risk }) => risk)),
    reasons: [
      ...fields.flatMap(({ path, reason }) => (reason === undefined ? [] : [`${path}: ${reason}`])),
      ...ofSecrets.flatMap(({ reason }) => (reason === undefined ? [] : [reason])),
    ],
  }
}

function blockOf(way: ReturnType<typeof compare>, { desired, options }: Planning) {
  if (way === 'conflict' && options.onDrift !== 'revert') return { blocked: 'conflict' as const }
  const onDrift = options.onDrift ?? desired.policy.drift
  return way === 'drift' && onDrift === 'fail' ? { blocked: 'drift' as const } : {}
}

/** Tokens and partners' settings name the client: another clientId is another application. */
export function checkFrozen(object: DesiredObject, before: ConfigObject): void {
  const was = before.spec.clientId
  const is = object.spec.clientId
  if (was === undefined || was === is) return
  throw new Refusal(
    'frozen',
    `${addressOf(object)} (${object.at.file}:${object.at.line}): clientId is ${JSON.stringify(was)} since its creation and cannot become ${JSON.stringify(is)}`,
  )
}
