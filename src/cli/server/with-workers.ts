import type { Log } from '../../base/log.ts'
import { EXIT, type ExitCode, Failure } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { addressText } from './listen.ts'
import { serveMetrics } from './serve-metrics.ts'
import type { ServerSettings } from './settings.ts'
import { sumMetrics } from './sum-metrics.ts'
import { startWorkers } from './workers.ts'

const MOST = 64

/** How many processes are to serve. A file of SQLite is written by one. */
export function workerCount(text: string | undefined, url: string): number {
  if (text === undefined) return 1
  const count = /^[1-9]\d?$/.test(text) ? Number(text) : Infinity
  if (count > MOST)
    throw new Failure(
      EXIT.usage,
      `--workers takes a number from 1 to ${MOST}, not "${text}"`,
      'one for each core is most',
    )
  if (count === 1 || !url.startsWith('sqlite:')) return count
  throw new Failure(
    EXIT.usage,
    `${count} workers cannot share a file of SQLite, which one process writes at a time`,
    'leave out --workers, or use PostgreSQL with --database-url postgres://…',
  )
}

/** The parent of several servers: it has no database, and answers no request itself. */
export async function serveWithWorkers(
  { interruption }: Invocation,
  count: number,
  { address, metrics, mutualTls: { listener } }: ServerSettings,
  log: Log,
): Promise<ExitCode> {
  const asked = listener === undefined ? [] : ['--mtls-listen', addressText(listener.address)]
  const workers = startWorkers(count, ['--listen', addressText(address), ...asked], log)
  const told = await serveMetrics(metrics, async () => sumMetrics(await workers.metrics()), log)
  const ended = await Promise.race([interruption.awaited(), workers.failed])
  if (typeof ended === 'string') log.info('stopping', { signal: ended, workers: count })
  const [code] = await Promise.all([workers.stop(), told.stop()])
  return typeof ended === 'string' ? code : ended
}
