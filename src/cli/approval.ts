import { isExecuted } from '../deploy/plan/change.ts'
import type { Plan } from '../deploy/plan.ts'
import { isGraver } from '../model/risk.ts'
import { EXIT, Failure } from './exit.ts'
import type { Invocation } from './invocation.ts'
import { planText } from './plan-text.ts'

/** What says yes without a question. */
export interface ApprovalFlags {
  readonly autoApprove?: boolean
  readonly confirm?: string
}

/** Refused before anything is read: nobody is there who could say yes. */
export function checkMayAsk(
  { world, global }: Invocation,
  flags: ApprovalFlags,
  { command, look }: { readonly command: string; readonly look: string },
): void {
  if (flags.autoApprove === true || flags.confirm !== undefined) return
  if (world.io.isTerminal.in && world.io.isTerminal.err && global.mayAsk) return
  const [name] = command.split(' ')
  throw new Failure(
    EXIT.usage,
    `${name} asks before it changes anything, and there is no terminal to ask on`,
    `tokenidp ${look}, look at it, then tokenidp ${command} --auto-approve`,
  )
}

/** What is grave takes the environment's name to approve, so that it is nobody's habit. */
export async function approvePlan(
  invocation: Invocation,
  made: Plan,
  { flags, command }: { readonly flags: ApprovalFlags; readonly command: string },
): Promise<void> {
  if (flags.autoApprove === true) return
  const { world, paint } = invocation
  world.io.err(planText(made, paint.err))
  const isRisky = made.changes.some(
    (change) => isExecuted(change) && isGraver(change.risk, 'security-relaxing'),
  )
  const { name } = made.environment
  await approve(invocation, flags, {
    question: `Apply these changes to environment ${name}?`,
    word: isRisky ? name : 'yes',
    command,
  })
}

/** Goes on only where the word is said, on the terminal or by --confirm. */
export async function approve(
  { world }: Invocation,
  { autoApprove, confirm }: ApprovalFlags,
  asking: { readonly question: string; readonly word: string; readonly command: string },
): Promise<void> {
  if (autoApprove === true) return
  const { question, word, command } = asking
  const said = confirm ?? (await world.io.ask(`${question} Type ${word}: `))
  if (said.trim() === word) return
  throw new Failure(EXIT.refused, 'not approved; nothing was applied', `tokenidp ${command}`)
}
