import type { Snapshot } from '../../model/snapshot.ts'
import { databaseUrl, prepareLocal, withDatabase } from '../database.ts'
import { variable } from '../environment.ts'
import { EXIT, type ExitCode, Failure } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { masterKey } from '../master-key.ts'
import { findProjectSettings } from '../project.ts'
import { firstRevision } from '../server/first-revision.ts'
import { type Address, freeAddress } from '../server/listen.ts'
import { jsonLog, logLevel } from '../server/log.ts'
import { pollMsOf, type ReachFlags, reach } from '../server/reach.ts'
import { type ServerFlags, type ServerSettings, serverSettings } from '../server/settings.ts'
import { type RunningServer, startServer, threadsOf } from '../server/start.ts'
import { serveWithWorkers, workerCount } from '../server/with-workers.ts'
import { thisWorker, type Worker } from '../server/worker.ts'
import { givenVault } from '../signer/index.ts'
import { appliedSnapshot } from '../tenants.ts'
import { NO_TRACE } from '../trace.ts'

/** Serves the applied state, until it is told to stop. The documents are not looked at. */
export async function serve(
  invocation: Invocation,
  flags: ServerFlags & ReachFlags,
): Promise<ExitCode | undefined> {
  const worker = thisWorker()
  try {
    return await serveAs(worker, invocation, flags)
  } finally {
    worker?.leave()
  }
}

async function serveAs(
  worker: Worker | undefined,
  invocation: Invocation,
  flags: ServerFlags & ReachFlags,
): Promise<ExitCode | undefined> {
  const { world } = invocation
  const sealing = masterKey(world.variables)
  const log = await jsonLog(logLevel(variable(world.variables, 'TOKENIDP_LOG')), worker?.id)
  const project = await findProjectSettings(invocation)
  const url = databaseUrl(invocation, project)
  const count = workerCount(flags.workers ?? variable(world.variables, 'TOKENIDP_WORKERS'), url)
  prepareLocal(url, project.root)
  // The parent has settled which addresses these are, and listens for all.
  const free = worker === undefined ? freeAddress : async (address: Address) => address
  const settings = await serverSettings(flags, world, project, free)
  if (count > 1 && worker === undefined) return serveWithWorkers(invocation, count, settings, log)
  const way = { ...(await reach(flags, world, url, log)), connections: connectionsOf(count) }
  return withDatabase(
    { ...invocation, trace: NO_TRACE },
    url,
    { schema: 'migrate', ...way },
    async (database) => {
      const asked = () =>
        Promise.race([
          invocation.interruption.awaited(),
          ...(worker === undefined ? [] : [worker.stopped]),
        ])
      if (flags.waitForConfig === true && !(await firstRevision(database, asked(), log)))
        return undefined
      const { environment, publicUrl: applied } = await appliedSnapshot(database)
      checkEnvironment(environment, invocation.global.environment)
      const publicUrl = allowedPublicUrl(environment, applied, settings)
      const server = await startServer({
        ...settings,
        metrics: worker === undefined ? settings.metrics : undefined,
        worker: worker?.id,
        publicUrl,
        database,
        masterKey: sealing,
        vault: givenVault(world.variables),
        random: world.random,
        clock: world.clock,
        usage: world.usage,
        log,
        pollMs: pollMsOf(url, world.random),
        threads: threadsOf(world.variables),
      })
      // What the first of several serves, all do.
      if (worker === undefined || worker.id === 1) world.io.out(readyLine(server))
      worker?.serves(server.metrics)
      log.info('stopping', { signal: await asked() })
      await server.stop()
      return undefined
    },
  )
}

/** A few for each of several, so that together they leave room for other servers. */
const connectionsOf = (workers: number): number => Math.max(4, Math.ceil(10 / workers))

/** Whoever says which one this is for means no other: a database that `dev` made is none for production. */
function checkEnvironment({ name, kind }: Snapshot['environment'], wanted: string | undefined) {
  if (wanted === undefined || wanted === name) return
  throw new Failure(
    EXIT.refused,
    `this database belongs to environment "${name}" (${kind}), not to "${wanted}"`,
    'choose the right environment with -e, or another --database-url',
  )
}

/** Partners have the applied issuer in their settings, so a flag cannot change it by accident. */
function allowedPublicUrl(
  environment: Snapshot['environment'],
  applied: string,
  { publicUrl }: ServerSettings,
): string | undefined {
  if (environment.kind === 'dev') return publicUrl
  if (!applied.startsWith('https:'))
    throw new Failure(
      EXIT.refused,
      `environment "${environment.name}" is for production, and its public URL ${applied} is not https`,
      'change publicUrl in the environment and apply it',
    )
  if (publicUrl === undefined || publicUrl === applied) return undefined
  throw new Failure(
    EXIT.refused,
    `the given public URL is ${publicUrl}, and the applied one of environment "${environment.name}" is ${applied}`,
    'change publicUrl in the environment and apply it, or leave out --public-url (TOKENIDP_PUBLIC_URL)',
  )
}

function readyLine(server: RunningServer): string {
  const { revision, snapshot } = server.state()
  const issuers = snapshot.tenants.map((tenant) => tenant.issuer)
  const shown =
    issuers.length > 5 ? [...issuers.slice(0, 5), `${issuers.length - 5} more`] : issuers
  return `Serving revision ${revision}: ${shown.join(', ')}\n`
}
