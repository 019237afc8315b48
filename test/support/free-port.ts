import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

// Below the range that systems take outgoing connections from: one of those could have it by the time it is used.
const FIRST = 15_000
const LAST = 32_000

/** A port that nothing listens on right now. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(FIRST, LAST)
    if (await isFree(port)) return port
  }
  throw new Error('no free port was found')
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
