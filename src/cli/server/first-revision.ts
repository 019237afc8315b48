import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../../base/log.ts'
import type { Database } from '../database.ts'

const LOOK_MS = 250

/** Waits for the first apply, as where servers and it are started together. False when it is told to stop before. */
export async function firstRevision(
  { system }: Pick<Database, 'system'>,
  stopped: Promise<unknown>,
  log: Log,
): Promise<boolean> {
  const isApplied = async (): Promise<boolean> => (await system.head()).revision > 0
  if (await isApplied()) return true
  log.info('nothing is applied yet: waiting for the first revision', { next: 'tokenidp apply' })
  const isStopped = stopped.then(() => true)
  while (!(await Promise.race([isStopped, sleep(LOOK_MS, false)])))
    if (await isApplied()) return true
  return false
}
