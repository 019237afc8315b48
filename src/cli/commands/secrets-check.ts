import type { Diagnostic } from '../../base/diagnostic.ts'
import { Secret } from '../../base/secret.ts'
import { toSeconds } from '../../base/time.ts'
import { REFERENCES, referenceText } from '../../config/reference.ts'
import type { LookedUp } from '../../config/secrets.ts'
import { EXIT } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { printable } from '../printable.ts'
import { readProject } from '../project.ts'
import { secretSources } from '../secrets/sources.ts'
import { showDiagnostics } from '../show-diagnostics.ts'
import { table } from '../table.ts'

/** Whether everything that the documents refer to is here: no database, no value shown, all that is missing at once. */
export async function checkSecrets(invocation: Invocation): Promise<Outcome> {
  const { lookedUp } = await import('../../config/index.ts')
  const project = await readProject(invocation)
  const { desired } = project
  const sources = await secretSources(invocation, project)
  const now = toSeconds(invocation.world.clock.milliseconds())
  const referred = lookedUp(desired, sources).filter(isReference)
  const problems = referred.flatMap(({ found }) => problemIn(found) ?? [])
  await showDiagnostics(invocation, problems, project)
  const checked = referred.map((each) => checkOf(each, now))
  const isWell = checked.every(({ state }) => state === 'ok')
  return {
    exit: isWell ? EXIT.ok : EXIT.invalid,
    kind: 'SecretsCheck',
    body: { environment: desired.environment.name, secrets: checked.map((each) => ({ ...each })) },
    text: checked.length === 0 ? 'The documents refer to no secret.\n' : table(checked.map(row)),
  }
}

const isReference = ({ declared: { source } }: LookedUp): boolean =>
  REFERENCES.some((kind) => kind === source.from)

const problemIn = (found: LookedUp['found']): Diagnostic | undefined =>
  found instanceof Secret ? undefined : found

interface Check {
  readonly reference: string
  readonly object: string
  readonly id: string
  readonly file: string
  readonly line: number
  readonly state: 'ok' | 'missing' | 'weak' | 'expired'
}

/** There, and not worth much: empty, short, or known to everybody. */
const WEAK: ReadonlySet<string> = new Set(['TIDP1303', 'TIDP2043', 'TIDP2082'])

function checkOf({ address, declared, found }: LookedUp, now: number): Check {
  const { id, source, expiresAt, at } = declared
  const problem = problemIn(found)
  const isOver = expiresAt !== undefined && expiresAt <= now
  const here = isOver ? 'expired' : 'ok'
  const absent = problem !== undefined && WEAK.has(problem.code) ? 'weak' : 'missing'
  return {
    reference: referenceText(source),
    object: address,
    id,
    file: at.file,
    line: at.line,
    state: problem === undefined ? here : absent,
  }
}

const row = ({ reference, object, id, file, line, state }: Check): readonly string[] =>
  [state, reference, `${object} ${id}`, `${file}:${line}`].map(printable)
