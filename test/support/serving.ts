import { setTimeout as moment } from 'node:timers/promises'
import { MASTER_KEY, type Outcome, type Running, start } from './command.ts'
import { freePort } from './free-port.ts'
import { type Ran, tokenidpHere } from './in-process.ts'

export interface Serving {
  readonly url: string
  readonly running: Running
  issuer(tenant: string): string
  /** As a service manager does it. */
  stop(): Promise<Outcome>
  /** As a power cut does it. */
  kill(): Promise<void>
}

export interface ToServe {
  readonly databaseUrl: string
  readonly port?: number
  /** Outside `kind: dev` the public URL is the applied one. */
  readonly keepPublicUrl?: boolean
  readonly env?: Readonly<Record<string, string>>
  /** Further words of the command. */
  readonly words?: readonly string[]
  /** The first start makes the keys of every tenant. */
  readonly patienceMs?: number
}

const ANSWERS_WITHIN_MS = 20_000

/** Applies a project and answers what the command said; throws what it complained of. */
export async function applied(
  project: string,
  databaseUrl: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const outcome = await tokenidpHere(['apply', '--auto-approve', '-C', project], {
    env: { TOKENIDP_DATABASE_URL: databaseUrl, ...env },
  })
  if (outcome.code !== 0) throw new Error(`apply ended with ${outcome.code}\n${outcome.stderr}`)
  return outcome
}

/** A real `tokenidp serve` on loopback, in front of a database that holds an applied project. */
export async function serving(what: ToServe): Promise<Serving> {
  const port = what.port ?? (await freePort())
  const url = `http://127.0.0.1:${port}`
  const publicUrl = what.keepPublicUrl ? [] : ['--public-url', url]
  const running = start(
    ['serve', '--listen', `127.0.0.1:${port}`, ...publicUrl, ...(what.words ?? [])],
    {
      env: {
        TOKENIDP_DATABASE_URL: what.databaseUrl,
        TOKENIDP_MASTER_KEY: MASTER_KEY,
        ...what.env,
      },
    },
  )
  await ready(url, running, what.patienceMs ?? ANSWERS_WITHIN_MS)
  return {
    url,
    running,
    issuer: (tenant) => `${url}/${tenant}`,
    async stop() {
      running.child.kill('SIGTERM')
      return running.ended
    },
    async kill() {
      running.child.kill('SIGKILL')
      await running.ended
    },
  }
}

async function ready(url: string, running: Running, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs
  while (Date.now() < deadline && running.child.exitCode === null) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    if (answer?.ok) return
    await moment(25)
  }
  running.child.kill('SIGKILL')
  throw new Error(`serve did not become ready:\n${running.stderr()}`)
}
