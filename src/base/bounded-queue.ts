/** More work is waiting than can be done soon: the caller should say so and ask to come back. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull'
}

export type Queue = <T>(work: () => Promise<T>) => Promise<T>

/** Runs at most `running` pieces of work at once, keeps at most `waiting` more in line, in order. */
export function boundedQueue(running: number, waiting: number): Queue {
  let busy = 0
  const line: (() => void)[] = []

  const enter = async (): Promise<void> => {
    if (busy < running) {
      busy += 1
      return
    }
    if (line.length >= waiting) throw new QueueFull('too much is waiting')
    // Whoever leaves hands its place over, so `busy` stays.
    await new Promise<void>((resolve) => line.push(resolve))
  }

  const leave = (): void => {
    const next = line.shift()
    if (next) next()
    else busy -= 1
  }

  return async (work) => {
    await enter()
    try {
      return await work()
    } finally {
      leave()
    }
  }
}
