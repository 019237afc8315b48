import { isJsonObject, type Json } from '../../base/json.ts'
import type { Risk } from '../../model/risk.ts'
import type { FieldChange } from '../diff.ts'
import type { SecretChange } from '../secrets.ts'
import { LIFETIMES, type RiskRule, RULES } from './risk-rules.ts'

export interface Assessment {
  readonly risk: Risk
  readonly reason?: string
}

const SAFE: Assessment = { risk: 'safe' }

/** What changing this field of this kind of object may do to those who depend on it. */
export function assessField(kind: string, change: FieldChange): Assessment {
  const { path } = change
  const rule = RULES.find((each) => (each.kind ?? kind) === kind && each.path.test(path))
  if (rule !== undefined) return assess(rule, change)
  if (LIFETIMES.test(path)) return assessLifetime(change)
  return SAFE
}

function assess(rule: RiskRule, { before, after }: FieldChange): Assessment {
  if (rule.always !== undefined) return rule.always
  if (rule.becomes !== undefined) {
    const found = rule.becomes.find(({ value }) => value === (after ?? null))
    return found ?? rule.otherwise ?? SAFE
  }
  const removed = missing(before, after)
  if (removed.length > 0 && rule.removed !== undefined)
    return { ...rule.removed, reason: `${rule.removed.reason}: ${removed.join(', ')}` }
  const added = missing(after, before)
  if (added.length > 0 && rule.added !== undefined)
    return { ...rule.added, reason: `${rule.added.reason}: ${added.join(', ')}` }
  return SAFE
}

/** The elements of a list that the other one lacks. */
function missing(from: Json | undefined, other: Json | undefined): readonly string[] {
  const kept = new Set(elements(other))
  return elements(from).filter((each) => !kept.has(each))
}

const elements = (value: Json | undefined): readonly string[] => {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value.map(textOf) : [textOf(value)]
}

function textOf(value: Json): string {
  if (typeof value === 'string') return value
  const name = isJsonObject(value) ? (value.name ?? value.id) : undefined
  return typeof name === 'string' ? name : JSON.stringify(value)
}

function assessLifetime({ before, after }: FieldChange): Assessment {
  if (typeof before !== 'number' || typeof after !== 'number')
    return { risk: 'caution', reason: 'another lifetime' }
  return after > before
    ? { risk: 'security-relaxing', reason: 'it lives longer' }
    : { risk: 'caution', reason: 'it ends sooner' }
}

/** A client that still has the old value is refused from then on. */
export function assessSecret({ id, action }: SecretChange, isKnown: boolean): Assessment {
  if (action === 'drop') return { risk: 'breaking', reason: `secret "${id}" no longer works` }
  if (action === 'expire') return { risk: 'caution', reason: `secret "${id}" ends at another time` }
  if (isKnown)
    return { risk: 'breaking', reason: `the value of secret "${id}" so far no longer works` }
  return SAFE
}
