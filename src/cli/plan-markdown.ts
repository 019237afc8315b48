import type { Json } from '../base/json.ts'
import { guardText } from '../deploy/apply/checks.ts'
import { type Change, isExecuted, type PlannedField } from '../deploy/plan/change.ts'
import type { PlanContents } from '../deploy/plan.ts'
import { RISKS } from '../model/risk.ts'
import { code, prose } from './markdown.ts'
import { counts } from './plan-text.ts'

/** A comment of a pull request holds no more than 65,536 characters. */
const MOST_DETAILS = 200

/** The plan for a pull request: what is grave comes first, fields are folded away. */
export function planMarkdown(plan: PlanContents, title: string): string {
  const sorted = plan.changes.toSorted((one, two) => gravity(two) - gravity(one))
  const blocks = [
    `### ${title}: ${code(plan.owner)} in ${code(plan.environment.name)}`,
    sorted.length === 0 ? 'No changes.' : `${counts(plan)}.`,
    ...noteLines(plan),
    ...(sorted.length === 0 ? [] : [tableOf(sorted)]),
    ...detailsOf(sorted),
  ]
  return `${blocks.join('\n\n')}\n`
}

const gravity = ({ risk }: Change): number => RISKS.indexOf(risk)

function noteLines(plan: PlanContents): string[] {
  const notes = [
    ...plan.breaches.map((breach) => `**Guard**: ${prose(guardText(breach))}; apply refuses it.`),
    ...plan.renames.map(
      ({ from, to }) =>
        `**Rename?** ${code(from)} and ${code(to)} look like one object under a new name: add ${code(`moved: [{ from: ${from}, to: ${to} }]`)} to a ${code('kind: Refactor')}.`,
    ),
    ...(plan.kept.length === 0
      ? []
      : [`Left as somebody else made it: ${plan.kept.map(code).join(', ')}.`]),
  ]
  return notes.length === 0 ? [] : [notes.map((note) => `- ${note}`).join('\n')]
}

const tableOf = (changes: readonly Change[]): string =>
  ['| risk | change | object | why |', '| --- | --- | --- | --- |', ...changes.map(rowOf)].join(
    '\n',
  )

function rowOf(change: Change): string {
  const cells = [
    change.risk === 'safe' ? 'safe' : `**${change.risk}**`,
    actionText(change),
    titleOf(change),
    change.reasons.map(prose).join('<br>'),
  ]
  return `| ${cells.join(' | ')} |`
}

function actionText(change: Change): string {
  const { action, blocked } = change
  const waits = isExecuted(change) ? '' : ', waits for --prune'
  return `${action}${waits}${blocked === undefined ? '' : `, **blocked**: ${blocked}`}`
}

const titleOf = ({ address, movedFrom }: Change): string =>
  movedFrom === undefined ? code(address) : `${code(movedFrom)} → ${code(address)}`

function detailsOf(changes: readonly Change[]): string[] {
  const detailed = changes.filter(({ fields, secrets }) => fields.length + secrets.length > 0)
  const left = detailed.length - MOST_DETAILS
  return [
    ...detailed.slice(0, MOST_DETAILS).map(detailOf),
    ...(left > 0 ? [`… and the fields of ${left} more.`] : []),
  ]
}

const detailOf = (change: Change): string =>
  [
    `<details><summary>${titleOf(change)} (${code(`${change.origin.file}:${change.origin.line}`)})</summary>`,
    '',
    ...change.fields.map(fieldLine),
    ...change.secrets.map(({ id, action }) => `- secret ${code(id)}: ${action}`),
    '',
    '</details>',
  ].join('\n')

const fieldLine = ({ path, before, after, reason }: PlannedField): string =>
  `- ${code(path)}: ${valueText(before)} → ${valueText(after)}${reason === undefined ? '' : ` (${prose(reason)})`}`

const valueText = (value: Json | undefined): string =>
  value === undefined ? 'none' : code(JSON.stringify(value))
