import type { Json } from '../base/json.ts'
import type { EpochSeconds } from '../base/time.ts'
import { addressOf } from '../config/desired-state.ts'
import type { ConfigObject, ConfigStore, LiveState, RedirectUses } from '../store/config-port.ts'
import type { Change, PlannedField } from './plan/change.ts'
import type { Plan } from './plan.ts'

const DAYS = 7
/** One statement each; whoever changes more at once looks at the plan as a whole. */
const MOST_APPLICATIONS = 8

/**
 * The plan, with what the server knows of the use of redirect URIs, of the code grant and of applications
 * that go. Only reasons change. Reads nothing unless such a removal is in the plan.
 */
export async function withLiveUse(
  plan: Plan,
  live: LiveState,
  config: Pick<ConfigStore, 'redirectUses'>,
  now: EpochSeconds,
): Promise<Plan> {
  const losing = plan.changes.filter(losesUse).slice(0, MOST_APPLICATIONS)
  const found = new Map<Change, Change>()
  for (const change of losing) {
    const uses = await usesOf(change, live, config, now - DAYS * 86_400)
    if (uses !== undefined) found.set(change, withUses(change, uses, now))
  }
  return { ...plan, changes: plan.changes.map((change) => found.get(change) ?? change) }
}

const losesUse = ({ address, action, fields }: Change): boolean =>
  address.startsWith('Application/') &&
  (action === 'delete' || fields.some((field) => isGone(field) || isWithoutCodes(field)))

const isGone = (field: PlannedField): boolean =>
  field.path === 'redirectUris' && missing(field).length > 0

const isWithoutCodes = (field: PlannedField): boolean =>
  field.path === 'grants' && missing(field).includes('authorization_code')

const missing = ({ before, after }: PlannedField): readonly string[] => {
  const kept = texts(after)
  return texts(before).filter((each) => !kept.includes(each))
}

const texts = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []

/** Of every redirect URI that is live now. */
async function usesOf(
  change: Change,
  { objects }: LiveState,
  config: Pick<ConfigStore, 'redirectUses'>,
  since: EpochSeconds,
): Promise<RedirectUses | undefined> {
  const application = at(objects, change.movedFrom ?? change.address)
  const tenant = at(objects, `Tenant/${application?.tenant}`)
  const redirectUris = texts(application?.spec.redirectUris)
  if (application === undefined || tenant === undefined || redirectUris.length === 0)
    return undefined
  const applicationUid = application.uid
  return config.redirectUses({ tenantUid: tenant.uid, applicationUid, redirectUris }, since)
}

const at = (objects: readonly ConfigObject[], address: string): ConfigObject | undefined =>
  objects.find((object) => addressOf(object) === address)

function withUses(change: Change, uses: RedirectUses, now: EpochSeconds): Change {
  if (change.action === 'delete')
    return { ...change, reasons: [...change.reasons, `its sign-ins: ${totalText(uses, now)}`] }
  const fields = change.fields.map((field) => fieldWithUses(field, uses, now))
  const told = new Map(
    change.fields.map((field, index) => [ofField(field), fields[index] ?? field]),
  )
  return {
    ...change,
    fields,
    reasons: change.reasons.map((reason) => {
      const field = told.get(reason)
      return field === undefined ? reason : ofField(field)
    }),
  }
}

/** As the reasons of a change repeat those of its fields. */
const ofField = ({ path, reason }: PlannedField): string => `${path}: ${reason}`

function fieldWithUses(field: PlannedField, uses: RedirectUses, now: EpochSeconds): PlannedField {
  if (isWithoutCodes(field)) return withReason(field, `its sign-ins: ${totalText(uses, now)}`)
  if (!isGone(field)) return field
  const each = missing(field).map((uri) => `${uri} ${useText(uses.get(uri), now)}`)
  return withReason(field, each.join(', '))
}

const withReason = (field: PlannedField, more: string): PlannedField => ({
  ...field,
  reason: field.reason === undefined ? more : `${field.reason}; ${more}`,
})

type Use = NonNullable<ReturnType<RedirectUses['get']>>

function totalText(uses: RedirectUses, now: EpochSeconds): string {
  const all = [...uses.values()]
  const count = all.reduce((sum, use) => sum + use.count, 0)
  return useText({ count, lastAt: Math.max(0, ...all.map(({ lastAt }) => lastAt)) }, now)
}

function useText(use: Use | undefined, now: EpochSeconds): string {
  if (use === undefined || use.count === 0) return `not used in ${DAYS} days`
  const times = use.count === 1 ? 'once' : `${use.count} times`
  return `used ${times} in ${DAYS} days, last ${agoText(now - use.lastAt)}`
}

function agoText(seconds: number): string {
  if (seconds < 120) return 'a moment ago'
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min ago`
  return seconds < 172_800
    ? `${Math.floor(seconds / 3600)} h ago`
    : `${Math.floor(seconds / 86_400)} days ago`
}
