import cluster from 'node:cluster'

/** What the parent asks of a worker, and what it is told. */
export type Ask = { readonly ask: 'stop' } | { readonly ask: 'metrics'; readonly turn: number }
export type Told =
  | { readonly told: 'serving' }
  | { readonly told: 'metrics'; readonly turn: number; readonly text: string }

/** This process, where it is one of several that share their addresses. */
export interface Worker {
  readonly id: number
  /** The parent wants it to end. */
  readonly stopped: Promise<string>
  /** From now on it answers requests, and says how it is. */
  serves(metrics: () => string): void
  /** Nothing more is to be told: without a parent the process may end. */
  leave(): void
}

/** Undefined where `serve` was started by a person or a service manager. */
export function thisWorker(): Worker | undefined {
  const { worker } = cluster
  if (worker === undefined) return undefined
  const stopped = Promise.withResolvers<string>()
  // A parent that was killed just now is still connected, and hears nothing.
  const tell = (message: Told): void => {
    if (worker.isConnected()) worker.send(message, () => undefined)
  }
  // A message of another kind is no message of ours.
  worker.on('message', (message: Ask) => {
    if (message.ask === 'stop') stopped.resolve('stop')
  })
  return {
    id: worker.id,
    stopped: stopped.promise,
    serves(metrics) {
      worker.on('message', (message: Ask) => {
        if (message.ask === 'metrics')
          tell({ told: 'metrics', turn: message.turn, text: metrics() })
      })
      tell({ told: 'serving' })
    },
    leave: () => worker.disconnect(),
  }
}
