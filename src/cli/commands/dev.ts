import { databaseUrl, withDatabase } from '../database.ts'
import { applyInChild } from '../dev/apply-child.ts'
import { banner } from '../dev/banner.ts'
import { openDemonstration } from '../dev/demonstration.ts'
import { literalSecret } from '../dev/literal.ts'
import { untilMended } from '../dev/mended.ts'
import { watchDocuments } from '../dev/watch.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { ensureLocalDirectory, localDatabase } from '../local.ts'
import { localMasterKey } from '../master-key.ts'
import { type Project, projectDirectory, readProject } from '../project.ts'
import { lineLog } from '../server/log.ts'
import { localUrl, type ServerFlags, serverSettings } from '../server/settings.ts'
import { type RunningServer, startServer, threadsOf } from '../server/start.ts'
import { givenVault } from '../signer/index.ts'
import { NO_TRACE } from '../trace.ts'

const POLL_MS = 200

/** The whole loop on one machine: apply, serve, watch, and apply again at every save. */
export async function dev(invocation: Invocation, flags: ServerFlags): Promise<undefined> {
  const { world, paint } = invocation
  const project = await untilMended(invocation, projectDirectory(invocation), () =>
    readProject(invocation),
  )
  checkKind(project)
  const settings = await serverSettings(flags, world, project)
  const directory = ensureLocalDirectory(project.root)
  const masterKey = localMasterKey(world.variables, directory, world.random)
  const url = devDatabase(invocation, project)
  const apply = applyInChild(invocation, { project, url, directory })
  await untilMended(invocation, project.root, () => applyFirst(apply))
  return withDatabase(
    { ...invocation, trace: NO_TRACE },
    url,
    { schema: 'migrate' },
    async (database) => {
      // Whoever moves the address means the issuer to move with it.
      const moved = settings.isAddressGiven ? localUrl(settings.address, settings.tls) : undefined
      const server = await startServer({
        ...settings,
        publicUrl: settings.publicUrl ?? moved,
        database,
        masterKey,
        vault: givenVault(world.variables),
        random: world.random,
        clock: world.clock,
        usage: world.usage,
        log: lineLog(world.io, paint.err),
        pollMs: () => POLL_MS,
        threads: threadsOf(world.variables),
      })
      const watching = await watchDocuments(project.root, () =>
        applyAgain(invocation, apply, server),
      )
      const demonstration = await openDemonstration({
        snapshot: () => server.state().snapshot,
        secretOf: (tenant, application) => literalSecret(project.desired, tenant, application),
        random: world.random,
      })
      world.io.out(banner(server.state().snapshot, project, demonstration, paint.out))
      await invocation.interruption.awaited()
      await Promise.all([watching.close(), demonstration.close()])
      await server.stop()
      return undefined
    },
  )
}

/** A broken save changes nothing: the last good state stays. */
async function applyAgain(
  { world }: Invocation,
  apply: () => Promise<number>,
  server: RunningServer,
): Promise<void> {
  if ((await apply()) === EXIT.ok) return
  world.io.err(`Still serving revision ${server.state().revision}.\n`)
}

/** A database of this machine, unless a flag or variable names another. Never the project's own. */
const devDatabase = (invocation: Invocation, { root }: Project): string =>
  databaseUrl(invocation, { root, databaseUrl: `sqlite:${localDatabase(root)}` })

function checkKind({ desired }: Project): void {
  const { name, kind } = desired.environment
  if (kind === 'dev') return
  throw new Failure(
    EXIT.usage,
    `environment "${name}" is for production, and dev would weaken it`,
    'choose an environment of kind: dev with -e, or use tokenidp serve',
  )
}

async function applyFirst(apply: () => Promise<number>): Promise<void> {
  const exit = await apply()
  if (exit === EXIT.ok) return
  const isOfDocuments = exit === EXIT.invalid || exit === EXIT.refused
  throw new Failure(
    isOfDocuments ? exit : EXIT.failed,
    `the documents could not be applied (exit code ${exit})`,
  )
}
