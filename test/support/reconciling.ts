/** Plans and applies in this process: a command's work without its start. */
import { readConfiguration, resolveSecrets } from '../../src/config/index.ts'
import { apply } from '../../src/deploy/apply.ts'
import { makePlan, type Plan, type PlanOptions, type Wanted } from '../../src/deploy/plan.ts'
import type { ConfigurableStore } from '../../src/store/open.ts'
import { aFolder } from './folder.ts'
import { testRandom } from './stores.ts'

/** Everything that documents may hold, deleted without asking. */
export const ALL: PlanOptions = { prune: true, maxDeletes: 100_000 }

export function wantedOf(files: Readonly<Record<string, string>>): Wanted {
  const folder = aFolder(files)
  try {
    const read = readConfiguration({ from: folder.path })
    if (read.outcome !== 'valid')
      throw new Error(
        `${read.outcome}: ${JSON.stringify('diagnostics' in read && read.diagnostics)}`,
      )
    const { secrets } = resolveSecrets(read.state, {
      readEnv: (name) => `value-of-${name}`,
      readFile: () => undefined,
    })
    return { desired: read.state, secrets }
  } finally {
    folder.remove()
  }
}

export async function planned(
  store: ConfigurableStore,
  wanted: Wanted,
  options = ALL,
): Promise<Plan> {
  const live = await store.config.live()
  return makePlan(wanted, live, live.meta.pepper, options)
}

/** Answers the revision. */
export const carriedOut = (
  store: ConfigurableStore,
  plan: Plan,
  wanted: Wanted,
  options = ALL,
): Promise<number> =>
  apply(plan, wanted, {
    config: store.config,
    random: testRandom,
    nowMs: Date.now(),
    lockTimeoutMs: 20_000,
    hashPassword: async (password) => `hash of ${password.length}`,
    sealingKey: () => {
      throw new Error('nothing is sealed here')
    },
    keepSecrets: () => undefined,
    options,
    about: {
      toolVersion: 'test',
      gitCommit: undefined,
      gitRef: undefined,
      gitDirty: false,
      repoUrl: undefined,
      ciUrl: undefined,
      actor: 'test',
      reason: undefined,
    },
  })
