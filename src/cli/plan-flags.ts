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
    targets.some((target) =>
      target.includes('/')
        ? fits(address, target)
        : address === `Tenant/${target}` || address.split('/')[1] === target,
    )

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
