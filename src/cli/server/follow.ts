import type { Log } from '../../base/log.ts'
import type { Head } from '../../store/port.ts'

/** What a follower watches and what it does about it. */
export interface Following<State extends Head> {
  readonly head: () => Promise<Head>
  /** Reads what is applied now, after what was served before. What it throws leaves the server with that. */
  readonly load: (before: State | undefined) => Promise<State>
  /** What is served changed, or why nothing newer is. */
  readonly onTurn?: () => void
  readonly log: Log
  /** How long until the next look. */
  readonly pollMs: () => number
  /** How long to leave a revision alone that could not be loaded. */
  readonly retryMs: number
}

/** Why what is newest is not served. */
export interface Trouble {
  /** The revision that cannot be loaded; undefined while not even its number can be asked for. */
  readonly target: number | undefined
  readonly error: unknown
}

/** One reference to the applied state, always whole: requests take it once and keep it. */
export interface Follower<State> {
  current(): State
  trouble(): Trouble | undefined
  /** Time alone has changed what the same revision means. */
  amend(change: (state: State) => State): void
  /** There may be something new: looks at once. */
  wake(): void
  stop(): Promise<void>
}

/** The head row is the truth: we look at it often, and swap when it moved. */
export async function follow<State extends Head>(
  following: Following<State>,
): Promise<Follower<State>> {
  const { head, load, log, pollMs, retryMs, onTurn = () => undefined } = following
  let state = await load(undefined)
  let trouble: Trouble | undefined
  let isStopped = false
  let isAsked = false
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    let target: number | undefined
    try {
      const newest = await head()
      target = newest.revision
      const hasMoved = target !== state.revision || newest.generation !== state.generation
      const next = hasMoved ? await load(state) : state
      const isNews = next.revision !== state.revision || trouble !== undefined
      const before = state.revision
      state = next
      trouble = undefined
      if (next.revision !== before)
        log.info('serving a new revision', { revision: next.revision, before })
      if (isNews) onTurn()
    } catch (error) {
      complain({ target, error })
    }
  }

  function complain(found: Trouble): void {
    const isNews = trouble === undefined || trouble.target !== found.target
    trouble = found
    // Said once per outage: the retries that follow are no news.
    if (!isNews) return
    const { target, error } = found
    log.error('cannot load the newest revision; serving the last one', {
      revision: state.revision,
      ...(target === undefined ? {} : { target }),
      error,
    })
    onTurn()
  }

  function wake(): void {
    isAsked = true
    if (isStopped || looking !== undefined) return
    clearTimeout(timer)
    isAsked = false
    looking = look().then(() => {
      looking = undefined
      if (isAsked) wake()
      else schedule()
    })
  }

  function schedule(): void {
    if (!isStopped) timer = setTimeout(wake, trouble === undefined ? pollMs() : retryMs)
  }

  schedule()
  return {
    current: () => state,
    trouble: () => trouble,
    amend(change) {
      state = change(state)
    },
    wake,
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await looking
    },
  }
}
