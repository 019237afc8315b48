import { addressOf } from '../../config/desired-state.ts'
import type { ConfigObject, LiveState } from '../../store/config-port.ts'
import { Refusal } from '../refusal.ts'

type Objects = Pick<LiveState, 'objects'>

/** Throws when a tenant goes and leaves something behind: nobody would serve that, or find it again. */
export function checkOrphans(before: Objects, after: Objects): void {
  const left = tenantsOf(after)
  const gone = new Set([...tenantsOf(before)].filter((name) => !left.has(name)))
  const orphans = after.objects.filter(({ tenant }) => gone.has(tenant))
  const [first] = orphans
  if (first === undefined) return
  const others = orphans.length === 1 ? '' : ` and ${orphans.length - 1} more`
  throw new Refusal(
    'orphaned',
    `Tenant/${first.tenant} would go, and ${addressOf(first)} (${whose(first)})${others} would stay in it; nothing was applied`,
  )
}

const tenantsOf = ({ objects }: Objects): ReadonlySet<string> =>
  new Set(objects.flatMap(({ kind, name }) => (kind === 'Tenant' ? [name] : [])))

const whose = ({ owner }: ConfigObject): string => (owner === '' ? "nobody's" : owner)
