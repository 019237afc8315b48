import { readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { seconds } from '../config/duration.ts'
import { wrongForm } from '../config/output-form.ts'
import type { Plan } from '../deploy/plan.ts'
import { newLiterals, secretsInFiles } from '../deploy/saved/portable.ts'
import { readSavedPlan } from '../deploy/saved/read.ts'
import { type SavedPlan, savedPlan } from '../deploy/saved/saved-plan.ts'
import { planSigner, signPlan } from '../deploy/saved/signature.ts'
import { variable } from './environment.ts'
import { EXIT, Failure } from './exit.ts'
import { ciUrl, gitState } from './git.ts'
import type { Invocation } from './invocation.ts'
import { chosenOptions, type PlanFlags } from './plan-flags.ts'
import { type Project, refuseFound } from './project.ts'
import { sopsTexts } from './secrets/sources.ts'
import { tool } from './tool.ts'
import { writeDurably } from './write-durably.ts'

export interface SaveFlags extends PlanFlags {
  readonly out?: string
  readonly expires?: string
}

/** Where a plan is to be saved, and how; undefined when nobody asked. All that can be wrong is found here. */
export interface Saving {
  readonly path: string
  readonly lifetime: number
  readonly signer: Awaited<ReturnType<typeof planSigner>>
}

export async function savingOf(
  invocation: Invocation,
  { out, expires }: SaveFlags,
): Promise<Saving | undefined> {
  if (out !== undefined)
    return {
      path: resolve(invocation.world.directory, out),
      lifetime: lifetimeOf(expires ?? '7d'),
      signer: await signerHere(invocation),
    }
  if (expires === undefined) return undefined
  throw new Failure(
    EXIT.usage,
    '--expires is for a plan that is saved',
    `tokenidp plan --out plan.json --expires ${expires}`,
  )
}

function lifetimeOf(text: string): number {
  const lifetime = /^[1-9]\d{0,4}[smhdw]$/.test(text) ? seconds(text) : 0
  if (lifetime > 0) return lifetime
  throw new Failure(EXIT.usage, `"${text}" is not a lifetime`, 'write for instance 24h or 7d')
}

async function signerHere({ world }: Invocation): Promise<Saving['signer']> {
  const file = variable(world.variables, 'TOKENIDP_PLAN_SIGNING_KEY_FILE')
  if (file === undefined) return undefined
  const signer = await planSigner(readText(resolve(world.directory, file), 'the signing key'))
  if (signer !== undefined) return signer
  throw new Failure(
    EXIT.usage,
    'TOKENIDP_PLAN_SIGNING_KEY_FILE names no private key that plans can be signed with',
    'use a private JWK or PKCS#8 PEM: P-256, Ed25519, or RSA of 2048 bits or more',
  )
}

/** Before anything is looked at: what is in files does not travel. */
export const refuseFiles = (invocation: Invocation, project: Project): Promise<void> =>
  refuseFound(invocation, secretsInFiles(project.desired), project)

export interface ToSave {
  readonly saving: Saving
  readonly project: Project
  readonly plan: Plan
  readonly clusterId: string
  readonly flags: SaveFlags
}

export async function save(invocation: Invocation, toSave: ToSave): Promise<SavedPlan> {
  const { saving, project, plan, clusterId, flags } = toSave
  const { world } = invocation
  await refuseFound(invocation, newLiterals(project.desired, plan), project)
  const { gitCommit, gitRef, gitDirty, repoUrl } = await gitState(project.root)
  const sopsFiles = await sopsTexts(project)
  const unsigned = savedPlan({
    plan,
    ...(sopsFiles === undefined ? {} : { sopsFiles }),
    desired: project.desired,
    tool,
    clusterId: clusterId === '' ? null : clusterId,
    git: {
      commit: gitCommit ?? null,
      ref: gitRef ?? null,
      isDirty: gitDirty,
      repoUrl: repoUrl ?? null,
    },
    actor: variable(world.variables, 'TOKENIDP_ACTOR') ?? world.user,
    ciUrl: ciUrl(world.variables) ?? null,
    options: chosenOptions(flags),
    lifetime: saving.lifetime,
    random: world.random,
    nowMs: world.clock.milliseconds(),
  })
  const { signer } = saving
  const signed =
    signer === undefined
      ? unsigned
      : { ...unsigned, signature: await signPlan(unsigned.fingerprint, signer) }
  writeWhole(saving.path, `${JSON.stringify(signed)}\n`, unsigned.planId)
  return signed
}

/** Whoever reads the file finds all of it, or what was there before. */
function writeWhole(path: string, text: string, id: string): void {
  const beside = join(dirname(path), `.${id}.tmp`)
  try {
    writeDurably(beside, text)
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw new Failure(EXIT.failed, `the plan cannot be saved: ${reasonOf(error)}`, 'check --out')
  }
}

export const savedPlanIn = ({ world }: Invocation, file: string): SavedPlan =>
  readSavedPlan(readText(resolve(world.directory, file), 'the saved plan'), (document) =>
    wrongForm('saved-plan', document),
  )

function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Failure(EXIT.usage, `${what} cannot be read: ${reasonOf(error)}`, 'check its path')
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
