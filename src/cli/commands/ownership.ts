import type { JsonObject } from '../../base/json.ts'
import { nearest } from '../../base/nearest.ts'
import { fits } from '../../base/wildcard.ts'
import { addressOf } from '../../config/desired-state.ts'
import { type Handing, type Handover, handOver } from '../../deploy/ownership.ts'
import type { ConfigObject, LiveState } from '../../store/config-port.ts'
import { type ApprovalFlags, approve, checkMayAsk } from '../approval.ts'
import { databaseUrl, withDatabase } from '../database.ts'
import { variable } from '../environment.ts'
import { EXIT, Failure } from '../exit.ts'
import { ciUrl, gitState } from '../git.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { printable } from '../printable.ts'
import { findProjectSettings } from '../project.ts'
import { tool } from '../tool.ts'

interface OwnershipFlags extends ApprovalFlags {
  readonly message?: string
}

/** Objects of nobody or of others belong to the project around us from now on. */
export const adopt = (invocation: Invocation, flags: OwnershipFlags, refs: readonly string[]) =>
  change(invocation, flags, { action: 'adopt', refs })

/** Objects of the project around us belong to nobody from now on, and stay as they are. */
export const release = (invocation: Invocation, flags: OwnershipFlags, refs: readonly string[]) =>
  change(invocation, flags, { action: 'release', refs })

interface Asked {
  readonly action: Handing['action']
  readonly refs: readonly string[]
}

async function change(
  invocation: Invocation,
  flags: OwnershipFlags,
  { action, refs }: Asked,
): Promise<Outcome> {
  const command = `${action} ${refs.join(' ')}`
  checkMayAsk(invocation, flags, { command, look: 'status' })
  const settings = await findProjectSettings(invocation)
  const owner = ownerOf(settings.id)
  const url = databaseUrl(invocation, settings)
  return withDatabase(invocation, url, { schema: 'require' }, async ({ config }) => {
    const live = await config.live()
    const handovers = handoversOf(live, { action, refs }, owner)
    const told = { action, owner, handovers }
    if (handovers.length === 0) return outcome(told, live.revision)
    invocation.world.io.err(linesOf(told))
    await approve(invocation, flags, { question: QUESTION[action], word: 'yes', command })
    const { world, global, interruption } = invocation
    const revision = await handOver(handovers, {
      config,
      action,
      owner,
      nowMs: world.clock.milliseconds(),
      lockTimeoutMs: global.lockTimeoutMs,
      beforeCommit: () => interruption.pointOfNoReturn(),
      about: {
        ...(await gitState(settings.root)),
        ciUrl: ciUrl(world.variables),
        toolVersion: tool.version,
        actor: variable(world.variables, 'TOKENIDP_ACTOR') ?? world.user,
        reason: flags.message ?? variable(world.variables, 'TOKENIDP_REASON'),
      },
    })
    return outcome(told, revision)
  })
}

const QUESTION = {
  adopt: 'Take these over?',
  release: 'Let go of these?',
} as const

function ownerOf(projectId: string | undefined): string {
  if (projectId !== undefined) return `git:${projectId}`
  throw new Failure(
    EXIT.usage,
    'there is no tokenidp.yaml here, and so no project that could own anything',
    'name the project with --config',
  )
}

/** Those whose owner changes. A project document is its own project's. */
function handoversOf(live: LiveState, { action, refs }: Asked, owner: string): Handover[] {
  const found = [...new Set(refs.flatMap((ref) => objectsNamed(live, ref)))]
  const project = found.find(({ kind }) => kind === 'Project')
  if (project !== undefined)
    throw new Failure(EXIT.usage, `${addressOf(project)} is its own project’s, and nobody else’s`)
  if (action === 'adopt')
    return found.filter((each) => each.owner !== owner).map((object) => ({ object, owner }))
  const foreign = found.find((each) => each.owner !== owner && each.owner !== '')
  if (foreign !== undefined)
    throw new Failure(
      EXIT.refused,
      `${addressOf(foreign)} belongs to ${foreign.owner}, and is not ${owner}'s to release`,
      'release it from its own project',
    )
  return found.filter((each) => each.owner === owner).map((object) => ({ object, owner: '' }))
}

/** An address, with * for any part of it. */
function objectsNamed({ objects }: LiveState, ref: string): readonly ConfigObject[] {
  const found = objects.filter((object) => fits(addressOf(object), ref))
  if (found.length > 0) return found
  const meant = nearest(ref, objects.map(addressOf))
  throw new Failure(
    EXIT.failed,
    `there is no ${ref} in what is applied`,
    meant === undefined ? 'write kind/tenant/name, or kind/name' : `did you mean ${meant}?`,
  )
}

interface Told {
  readonly action: Handing['action']
  readonly owner: string
  readonly handovers: readonly Handover[]
}

const linesOf = ({ handovers }: Told): string =>
  handovers
    .map(({ object, owner }) =>
      printable(`! ${addressOf(object)}: ${whose(object.owner)} → ${whose(owner)}`),
    )
    .map((line) => `${line}\n`)
    .join('')

const whose = (owner: string): string => (owner === '' ? 'nobody' : owner)

const outcome = (told: Told, revision: number): Outcome => ({
  exit: EXIT.ok,
  kind: 'Ownership',
  body: {
    revision,
    action: told.action,
    owner: told.owner,
    objects: told.handovers.map(handoverBody),
  },
  text:
    told.handovers.length === 0
      ? 'No owner changes.\n'
      : `${linesOf(told)}Applied revision ${revision}.\n`,
})

const handoverBody = ({ object, owner }: Handover): JsonObject => ({
  address: addressOf(object),
  uid: object.uid,
  from: object.owner,
  to: owner,
})
