import { nearest } from '../base/nearest.ts'
import { fits } from '../base/wildcard.ts'
import type { PlanOptions } from '../deploy/plan.ts'
import type { SavedOptions } from '../deploy/saved/saved-plan.ts'
import { RISKS, type Risk } from '../model/risk.ts'
import { EXIT, Failure } from './exit.ts'

/** What `plan` and `apply` take alike. */
export interface PlanFlags {
  readonly prune?: boolean
  readonly onDrift?: string
  readonly maxDeletes?: string
  readonly target?: readonly string[]
  readonly failOn?: string
  readonly detailedExitcode?: boolean
}

export const planOptions = (flags: PlanFlags): PlanOptions => planOptionsOf(chosenOptions(flags))

/** The flags, understood, in the form in which they are saved with a plan. */
export function chosenOptions(flags: PlanFlags): SavedOptions {
  const { prune, target = [] } = flags
  return {
    ...(prune === undefined ? {} : { prune }),
    ...(flags.onDrift === undefined ? {} : { onDrift: onDrift(flags.onDrift) }),
    ...(flags.maxDeletes === undefined ? {} : { maxDeletes: count(flags.maxDeletes) }),
    ...(target.length === 0 ? {} : { target }),
  }
}

export const planOptionsOf = ({ target, ...options }: SavedOptions): PlanOptions => ({
  ...options,
  ...(target === undefined ? {} : { isTarget: isTarget(target) }),
})

/** A saved plan is applied as it was approved: what is said again must be the same. */
export function checkSameOptions(flags: PlanFlags, saved: SavedOptions): void {
  const said = Object.entries(chosenOptions(flags))
  const other = said.find(
    ([name, value]) =>
      JSON.stringify(value) !==
      JSON.stringify(Object.entries(saved).find(([each]) => each === name)?.[1]),
  )
  if (other === undefined) return
  const [name] = other
  throw new Failure(
    EXIT.usage,
    `the plan was saved with another --${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}, and is applied as it was saved`,
    'leave the flag out, or save the plan again with it',
  )
}

function onDrift(text: string): 'revert' | 'fail' | 'keep' {
  if (text === 'revert' || text === 'fail' || text === 'keep') return text
  throw new Failure(EXIT.usage, `--on-drift takes revert, fail or keep, not "${text}"`)
}

function count(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new Failure(EXIT.usage, `--max-deletes takes a number, not "${text}"`)
}

/** A tenant's name stands for it and for what is in it; anything else is an address, with `*` for any part. */
const isTarget =
  (targets: readonly string[]) =>
  (address: string): boolean =>
    targets.some((target) => isOf(address, target))

const isOf = (address: string, target: string): boolean =>
  target.includes('/')
    ? fits(address, target)
    : address === `Tenant/${target}` || tenantIn(address) === target

/** Above tenants, an address has no tenant, whatever its name is. */
function tenantIn(address: string): string | undefined {
  const [, tenant, name] = address.split('/')
  return name === undefined ? undefined : tenant
}

/** A target that is misspelt would change nothing, and look as if there were nothing to change. */
export function checkTargets({ target = [] }: PlanFlags, addresses: readonly string[]): void {
  const unknown = target.find((each) => !addresses.some((address) => isOf(address, each)))
  if (unknown === undefined) return
  const names = unknown.includes('/')
    ? addresses
    : addresses.flatMap((address) => tenantIn(address) ?? [])
  const meant = nearest(unknown, names)
  throw new Failure(
    EXIT.usage,
    `--target ${unknown} is neither in the documents nor in what is applied`,
    meant === undefined
      ? 'name a tenant, or write an address such as Application/acme/web, with * for any part'
      : `did you mean ${meant}?`,
  )
}

/** The gravest risk that is let through; undefined for all. */
export function leastRefused(failOn: string | undefined): Risk | undefined {
  if (failOn === undefined) return undefined
  const risk = riskNamed('--fail-on', failOn)
  if (risk !== 'safe') return risk
  throw noRisk('--fail-on', failOn)
}

export function riskNamed(flag: string, text: string): Risk {
  const risk = RISKS.find((each) => each === text)
  if (risk !== undefined) return risk
  throw noRisk(flag, text)
}

const noRisk = (flag: string, text: string): Failure =>
  new Failure(
    EXIT.usage,
    `${flag} takes a risk, not "${text}"`,
    `use one of ${RISKS.filter((each) => each !== 'safe').join(', ')}`,
  )
