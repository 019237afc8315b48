import type { JsonObject } from '../../base/json.ts'
import type { DesiredState } from '../../config/desired-state.ts'
import { differences } from '../../deploy/documents.ts'
import type { Plan } from '../../deploy/plan.ts'
import { isGraver, type Risk } from '../../model/risk.ts'
import { EXIT, type ExitCode, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { prose } from '../markdown.ts'
import { leastRefused } from '../plan-flags.ts'
import { planMarkdown } from '../plan-markdown.ts'
import { planBody, planText } from '../plan-text.ts'
import { printable } from '../printable.ts'
import { environmentNeeded, unusableValue } from '../project.ts'
import { counted, showDiagnostics } from '../show-diagnostics.ts'
import { readSide, type Side, told } from '../side.ts'

interface Flags {
  readonly base: string
  readonly head?: string
  readonly failOn?: string
  readonly detailedExitcode?: boolean
}

/** What the documents of one source tree mean otherwise than those of another. Needs no database and no secret. */
export async function diff(invocation: Invocation, flags: Flags): Promise<Outcome> {
  const least = leastRefused(flags.failOn)
  const head = readHead(invocation, flags.head)
  const environment = environmentOf(head) ?? invocation.global.environment
  const base = readSide(invocation, { name: flags.base, environment, isPast: true })
  await refuseInvalid(invocation, base, head)
  const made = differences(baseState(invocation, base), stateOf(head))
  const isDifferent = made.changes.length > 0
  return {
    exit:
      exitOf(invocation, made, least) ??
      (isDifferent && flags.detailedExitcode ? EXIT.changes : EXIT.ok),
    kind: 'Difference',
    body: bodyOf(made, base, head),
    text: isDifferent
      ? planText(made, invocation.paint.out)
      : `No differences between ${printable(base.name)} and ${printable(head.name)}.\n`,
    markdown: planMarkdown(made, `Changes since ${prose(base.name)}`),
  }
}

function readHead(invocation: Invocation, name: string | undefined): Side {
  const head = readSide(invocation, { name, environment: invocation.global.environment })
  const { found } = head
  if (found?.outcome === 'choose-environment') throw environmentNeeded(found)
  if (found?.outcome === 'unusable-value') throw unusableValue(found)
  if (found !== undefined) return head
  throw new Failure(
    EXIT.usage,
    `${head.name} has no tokenidp.yaml where the project is`,
    'name the project with --config',
  )
}

const environmentOf = ({ found }: Side): string | undefined =>
  found?.outcome === 'valid' ? found.state.environment.name : undefined

/** What is wrong with either is told before the command ends; warnings of the base are nobody's business any more. */
async function refuseInvalid(invocation: Invocation, base: Side, head: Side): Promise<void> {
  const isWrong = [base, head].filter(({ found }) => found?.outcome === 'invalid')
  for (const side of isWrong.includes(base) ? [base, head] : [head]) {
    const { diagnostics, ...documents } = told(side)
    await showDiagnostics(invocation, diagnostics, documents)
  }
  if (isWrong.length === 0) return
  const counts = isWrong.map((side) => {
    const errors = told(side).diagnostics.filter(({ severity }) => severity === 'error')
    return `${counted(errors.length, 'error')} in the documents of ${side === base ? 'the base' : 'the head'} (${side.name})`
  })
  throw new Failure(
    EXIT.invalid,
    counts.join(' and '),
    'correct them, or compare with a commit where they are right',
  )
}

function stateOf({ name, found }: Side): DesiredState {
  if (found?.outcome === 'valid') return found.state
  throw new Error(`the documents of ${name} were not read`)
}

/** Before a project or an environment there was nothing, and all of it is new. */
function baseState({ warn }: Invocation, base: Side): DesiredState | undefined {
  if (base.found?.outcome === 'valid') return base.found.state
  const lacking =
    base.found?.outcome === 'choose-environment'
      ? `no environment "${base.found.wanted}"`
      : 'no tokenidp.yaml where the project is'
  warn(`${base.name} has ${lacking}: everything is new`)
  return undefined
}

function exitOf({ warn }: Invocation, made: Plan, least: Risk | undefined): ExitCode | undefined {
  if (least === undefined) return undefined
  const grave = made.changes.filter(({ risk }) => !isGraver(least, risk))
  if (grave.length === 0) return undefined
  warn(`${grave.length} of ${counted(made.changes.length, 'change')}: ${least} or graver`)
  return EXIT.refused
}

function bodyOf(made: Plan, base: Side, head: Side): JsonObject {
  const { environment = null, changes = [], renames = [], breaches = [] } = planBody(made)
  const sideBody = ({ name, commit }: Side): JsonObject => ({ name, commit: commit ?? null })
  return {
    base: sideBody(base),
    head: sideBody(head),
    environment,
    changes,
    breaches,
    renames,
  }
}
