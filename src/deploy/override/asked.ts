import type { Json } from '../../base/json.ts'
import { nearest } from '../../base/nearest.ts'
import { addressOf } from '../../config/desired-state.ts'
import { fieldAt, listAt } from '../../config/field.ts'
import { FieldError } from '../../config/field-error.ts'
import { nameOf, type Step, shapeOf, stepsOf, valueAt } from '../../config/field-path.ts'
import type { Kind } from '../../config/kinds.ts'
import type { ConfigObject, Override } from '../../store/config-port.ts'
import { Refusal } from '../refusal.ts'
import { isWithoutParent } from './in-force.ts'
import { isRestricting } from './restrictions.ts'

/** What is put over one field, before it is known until when. */
export type Put = Pick<Override, 'path' | 'value' | 'isRelaxing'>

// The name of an element may hold any character but its own bracket.
const ASSIGNMENT = /^((?:[^=[\]]|\[[^\]]*\])+?)(-?)=(.*)$/s

/** `tokens.access.ttl=5m`, or `redirectUris-=https://…` for an element that is taken away. */
export function readPut(object: ConfigObject, text: string, mayRelax: boolean): Put {
  const kind = servedKind(object)
  const [, path, minus, value = ''] = ASSIGNMENT.exec(text) ?? []
  if (path === undefined)
    throw new FieldError(
      `"${text}" says no value`,
      'write <path>=<value>, or <list>-=<element> to take an element away',
    )
  const put = minus === '-' ? removal(kind, path, value) : assignment(kind, path, value)
  checkPlace(object, put)
  const values = { declared: valueAt(object.spec, put.steps), wanted: put.wanted }
  const isRelaxing = !isRestricting(kind, put.steps, values)
  if (isRelaxing && !mayRelax)
    throw new Refusal(
      'relaxing',
      `${text} is not known to restrict ${addressOf(object)}, which has ${path} ${shown(valueAt(object.spec, stepsOf(path) ?? []))}`,
    )
  return { path: put.path, value: put.wanted ?? null, isRelaxing }
}

interface Wanted {
  readonly path: string
  readonly steps: readonly Step[]
  readonly wanted: Json | undefined
}

const removal = (kind: Kind, path: string, element: string): Wanted => ({
  path: `${path}[${element}]`,
  steps: [...listAt(kind, path), { element }],
  wanted: undefined,
})

function assignment(kind: Kind, path: string, text: string): Wanted {
  const field = fieldAt(kind, path)
  if (FIXED.has(`${kind}.${shapeOf(field.steps)}`))
    throw new FieldError(`${path} cannot be overridden`, 'change it in the documents')
  return { path, steps: field.steps, wanted: field.read(text) }
}

/** What others know the object by, and what is not a value but where to find one. */
const FIXED: ReadonlySet<string> = new Set([
  'Environment.kind',
  'Environment.publicUrl',
  'Environment.outbound.ca',
  'Tenant.hosts',
  'Application.clientId',
  'Application.type',
  'Application.clientAuth.secrets[].id',
  'Resource.identifier',
  'Resource.scopes[].name',
])

/** What is not in the snapshots of the servers cannot be put over what is. */
function servedKind(object: ConfigObject): Kind {
  switch (object.kind) {
    case 'Environment':
    case 'Tenant':
    case 'KeyPolicy':
    case 'Resource':
    case 'Scope':
    case 'Role':
    case 'Application':
      return object.kind
    default:
      throw new FieldError(
        `an object of kind ${object.kind} cannot be overridden`,
        object.kind === 'User'
          ? `tokenidp users disable ${object.tenant} <login>`
          : 'change it in the documents',
      )
  }
}

/** In an emergency nobody should believe to have taken away what is still there under another name. */
function checkPlace(object: ConfigObject, { path, steps, wanted }: Wanted): void {
  checkElement(object, steps)
  if (isWithoutParent(object.spec, steps) && wanted !== undefined)
    throw new FieldError(
      `${addressOf(object)} has no ${path.slice(0, path.lastIndexOf('.'))}`,
      'there is nothing to override',
    )
}

function checkElement(object: ConfigObject, steps: readonly Step[]): void {
  const index = steps.findIndex((step) => 'element' in step)
  const step = steps[index]
  if (step === undefined || !('element' in step)) return
  const list = valueAt(object.spec, steps.slice(0, index))
  const names = Array.isArray(list) ? list.flatMap((each: Json) => nameOf(each) ?? []) : []
  if (names.includes(step.element)) return
  const meant = nearest(step.element, names)
  throw new FieldError(
    `${addressOf(object)} has no "${step.element}" in ${shapeOf(steps.slice(0, index))}`,
    meant === undefined ? `it has ${names.join(', ') || 'none'}` : `did you mean ${meant}?`,
  )
}

const shown = (value: Json | undefined): string =>
  value === undefined ? 'not set' : JSON.stringify(value)
