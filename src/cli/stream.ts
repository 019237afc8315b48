import type { JsonObject } from '../base/json.ts'
import { toSeconds } from '../base/time.ts'
import { type Change, isExecuted } from '../deploy/plan/change.ts'
import { EXIT, Failure } from './exit.ts'
import type { Invocation } from './invocation.ts'
import { changeBody } from './plan-text.ts'
import { tool } from './tool.ts'

type Phase = 'read' | 'plan' | 'apply' | 'wait'

/** What goes on in a command, for programs that look on: one document per line, before the one it comes to. */
export interface Stream {
  during<T>(phase: Phase, work: () => Promise<T>): Promise<T>
  /** As `plan -o json` prints it. */
  plan(body: JsonObject): void
  /** Those of a plan that is committed. */
  applied(revision: number, changes: readonly Change[]): void
}

export interface StreamFlag {
  readonly stream?: boolean
}

const NO_STREAM: Stream = {
  during: (_phase, work) => work(),
  plan: () => undefined,
  applied: () => undefined,
}

export function streamOn(invocation: Invocation, { stream }: StreamFlag): Stream {
  if (stream !== true) return NO_STREAM
  if (invocation.global.output === 'json') return documentsOn(invocation)
  throw new Failure(EXIT.usage, '--stream is for -o json', 'tokenidp apply -o json --stream')
}

function documentsOn({ world, interruption }: Invocation): Stream {
  const { io, clock } = world
  let isOver = false
  // What is left behind half done says nothing after the last word.
  interruption.onEarlyEnd(() => {
    isOver = true
  })
  const tell = (kind: string, body: JsonObject): void => {
    if (!isOver) io.out(`${JSON.stringify({ formatVersion: '1.0', kind, tool, ...body })}\n`)
  }
  const tellPhase = (phase: Phase, state: string, more: JsonObject = {}): void =>
    tell('ApplyPhase', { phase, state, at: toSeconds(clock.milliseconds()), ...more })
  return {
    async during(phase, work) {
      const from = clock.milliseconds()
      const tookMs = (): number => Math.max(0, Math.round(clock.milliseconds() - from))
      tellPhase(phase, 'begun')
      try {
        const done = await work()
        tellPhase(phase, 'ended', { tookMs: tookMs() })
        return done
      } catch (error) {
        tellPhase(phase, 'failed', { tookMs: tookMs() })
        throw error
      }
    },
    plan: (body) => tell('Plan', { ...body, diagnostics: [] }),
    applied(revision, changes) {
      for (const change of changes.filter(isExecuted))
        tell('AppliedChange', { revision, change: changeBody(change) })
    },
  }
}
