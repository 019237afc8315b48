import type { Log } from '../../base/log.ts'
import type { Head } from '../../store/port.ts'

/** What a follower watches and what it does about it. */
export interface Following<State extends Head> {
  readonly head: () => Promise<Head>
  /** Reads what is applied now. What it throws leaves the server with what it has. */
  readonly load: () => Promise<State>
  readonly log: Log
  readonly pollMs: number
  /** How long to leave a revision alone that could not be loaded. */
  readonly retryMs: number
}

/** One reference to the applied state, always whole: requests take it once and keep it. */
export interface Follower<State> {
  current(): State
  /** False while the newest revision cannot be loaded. */
  isCurrent(): boolean
  stop(): Promise<void>
}

/** The head row is the truth: we look at it often, and swap when it moved. */
export async function follow<State extends Head>(
  following: Following<State>,
): Promise<Follower<State>> {
  const { head, load, log, pollMs, retryMs } = following
  let state = await load()
  let isCurrent = true
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  let turn: Promise<void> = Promise.resolve()

  async function look(): Promise<void> {
    const newest = await head()
    if (newest.revision === state.revision && newest.generation === state.generation) {
      isCurrent = true
      return
    }
    const before = state.revision
    state = await load()
    isCurrent = true
    if (state.revision !== before)
      log.info('serving a new revision', { revision: state.revision, before })
  }

  async function lookSafely(): Promise<number> {
    try {
      await look()
      return pollMs
    } catch (error) {
      // Said once per outage: the retries that follow are no news.
      if (isCurrent) log.error('cannot load the newest revision; serving the last one', { error })
      isCurrent = false
      return retryMs
    }
  }

  function schedule(delay: number): void {
    if (isStopped) return
    timer = setTimeout(() => {
      turn = lookSafely().then(schedule)
    }, delay)
  }

  schedule(pollMs)
  return {
    current: () => state,
    isCurrent: () => isCurrent,
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await turn
    },
  }
}
