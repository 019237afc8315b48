import type { JsonObject } from '../../base/json.ts'
import { toSeconds } from '../../base/time.ts'
import type { SavedPlan } from '../../deploy/saved/saved-plan.ts'
import { signatureParts } from '../../deploy/saved/signature.ts'
import { EXIT } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { instantText } from '../io.ts'
import { planBody, planText } from '../plan-text.ts'
import { printable } from '../printable.ts'
import { savedPlanIn } from '../saved-plan.ts'

/** Shows a saved plan as `plan` did, with who saved it and until when it is taken. Needs no database. */
export async function showPlan(invocation: Invocation, what: string): Promise<Outcome> {
  const saved = savedPlanIn(invocation, what)
  const isExpired = toSeconds(invocation.world.clock.milliseconds()) >= saved.expiresAt
  return {
    exit: EXIT.ok,
    kind: 'Plan',
    body: { ...planBody(saved), saved: { ...savedBody(saved), isExpired } },
    text: `${planText(saved, invocation.paint.out)}\n${aboutText(saved, isExpired)}`,
  }
}

const savedBody = (saved: SavedPlan): JsonObject => ({
  planId: saved.planId,
  clusterId: saved.clusterId,
  sourceDigest: saved.sourceDigest,
  git: { ...saved.git },
  actor: saved.actor,
  ciUrl: saved.ciUrl,
  createdAt: saved.createdAt,
  expiresAt: saved.expiresAt,
  options: { ...saved.options },
  guards: { ...saved.guards },
  fingerprint: saved.fingerprint,
  signature: signatureParts(saved.signature) ?? null,
})

function aboutText(saved: SavedPlan, isExpired: boolean): string {
  const { commit, ref, isDirty } = saved.git
  const signature = signatureParts(saved.signature)
  return [
    `plan         ${saved.planId}`,
    `saved        ${instantText(saved.createdAt)} by ${saved.actor}`,
    `expires      ${instantText(saved.expiresAt)}${isExpired ? ', which is past: apply refuses it' : ''}`,
    `environment  ${saved.environment.name} (${saved.environment.kind})`,
    `commit       ${commit === null ? 'none' : `${commit.slice(0, 12)} ${ref ?? ''}${isDirty ? ' with local changes' : ''}`}`,
    ...(saved.ciUrl === null ? [] : [`job          ${saved.ciUrl}`]),
    `options      ${optionsText(saved)}`,
    `fingerprint  ${saved.fingerprint}`,
    `signature    ${signature === undefined ? 'none' : `${signature.algorithm} by key ${signature.kid}, verified by apply`}`,
    '',
  ]
    .map(printable)
    .join('\n')
}

function optionsText({ options }: SavedPlan): string {
  const { prune, onDrift, maxDeletes, target = [] } = options
  const words = [
    ...(prune === undefined ? [] : [prune ? '--prune' : '--no-prune']),
    ...(onDrift === undefined ? [] : [`--on-drift ${onDrift}`]),
    ...(maxDeletes === undefined ? [] : [`--max-deletes ${maxDeletes}`]),
    ...target.map((each) => `--target ${each}`),
  ]
  return words.length === 0 ? 'none' : words.join(' ')
}
