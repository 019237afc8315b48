import type { Element } from './junit.ts'

interface Rule {
  /** In this order. */
  readonly elements: readonly { readonly name: string; readonly most: number }[]
  readonly required: readonly string[]
  readonly optional: readonly string[]
  readonly hasText: boolean
}

const any = (name: string) => ({ name, most: Number.POSITIVE_INFINITY })
const one = (name: string) => ({ name, most: 1 })

const RESULT: Rule = { elements: [], required: [], optional: ['type', 'message'], hasText: true }
const OUTPUT: Rule = { elements: [], required: [], optional: [], hasText: true }

/**
 * What readers of such reports agree on, in the stricter of the schemas that are about (junit-10.xsd of Jenkins, and
 * that of Ant): which elements are where, in which order and how often, and which attributes they have.
 */
const RULES: Readonly<Record<string, Rule>> = {
  testsuites: {
    elements: [any('testsuite')],
    required: [],
    optional: ['name', 'time', 'tests', 'failures', 'errors', 'disabled'],
    hasText: false,
  },
  testsuite: {
    elements: [one('properties'), any('testcase'), one('system-out'), one('system-err')],
    required: ['name', 'tests'],
    optional: ['time', 'failures', 'errors', 'skipped', 'timestamp', 'hostname', 'id', 'package'],
    hasText: false,
  },
  testcase: {
    elements: [one('skipped'), one('error'), one('failure'), one('system-out'), one('system-err')],
    required: ['name', 'classname'],
    optional: ['time', 'status'],
    hasText: false,
  },
  failure: RESULT,
  error: RESULT,
  skipped: RESULT,
  'system-out': OUTPUT,
  'system-err': OUTPUT,
}

const NUMBERS: Readonly<Record<string, RegExp>> = {
  tests: /^\d+$/,
  failures: /^\d+$/,
  errors: /^\d+$/,
  skipped: /^\d+$/,
  disabled: /^\d+$/,
  time: /^\d+(\.\d+)?$/,
}

/** What is against the schema, and counts that do not agree with what is counted. */
export function junitProblems(report: Element): readonly string[] {
  return [
    ...(report.name === 'testsuites' ? [] : [`${report.name} as the whole`]),
    ...elementProblems(report),
  ]
}

function elementProblems(element: Element): readonly string[] {
  const { name, elements, text } = element
  const rule = RULES[name]
  if (rule === undefined) return [`no element ${name}`]
  return [
    ...attributeProblems(element, rule),
    ...orderProblems(element, rule),
    ...countProblems(element),
    ...(rule.hasText || text.trim() === '' ? [] : [`text in ${name}`]),
    ...elements.flatMap(elementProblems),
  ]
}

function attributeProblems({ name, attributes }: Element, rule: Rule): readonly string[] {
  const allowed = [...rule.required, ...rule.optional]
  return [
    ...Object.keys(attributes)
      .filter((each) => !allowed.includes(each))
      .map((each) => `${name} ${each}`),
    ...rule.required.filter((each) => !attributes[each]).map((each) => `${name} without ${each}`),
    ...Object.entries(attributes)
      .filter(([each, value]) => NUMBERS[each]?.test(value) === false)
      .map(([each]) => `${name} ${each} is no number`),
  ]
}

function orderProblems({ name, elements }: Element, rule: Rule): readonly string[] {
  const places = elements.map((each) =>
    rule.elements.findIndex((known) => known.name === each.name),
  )
  return [
    ...elements.filter((_, index) => places[index] === -1).map((each) => `${each.name} in ${name}`),
    ...elements
      .filter((_, index) => (places[index] ?? 0) < (places[index - 1] ?? 0))
      .map((each) => `${each.name} too late in ${name}`),
    ...rule.elements
      .filter((known) => elements.filter((each) => each.name === known.name).length > known.most)
      .map((known) => `${known.name} more than once in ${name}`),
  ]
}

/** Of a suite, or of all. */
function countProblems({ name, attributes, elements }: Element): readonly string[] {
  if (name !== 'testsuite' && name !== 'testsuites') return []
  const cases = name === 'testsuite' ? elements : elements.flatMap((suite) => suite.elements)
  const tests = cases.filter((each) => each.name === 'testcase')
  const having = (wanted: string) =>
    tests.filter((each) => each.elements.some((part) => part.name === wanted)).length
  const counted = { tests: tests.length, failures: having('failure'), errors: having('error') }
  return Object.entries(counted)
    .filter(([each, count]) => Number(attributes[each] ?? count) !== count)
    .map(([each, count]) => `${name} ${each} where there are ${count}`)
}
