import type { Server } from 'node:http'
import { createServer } from 'node:net'
import { EXIT, Failure } from '../exit.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

const LISTEN = '--listen'

/** `host:port`, `[::1]:port`, or a port alone. */
export function parseListen(text: string, flag = LISTEN): Address {
  const [, host = '127.0.0.1', digits] =
    /^(?:(\[[0-9a-f:.]+\]|[^:[\]]+):)?(\d{1,5})$/i.exec(text) ?? []
  const port = Number(digits)
  if (digits === undefined || port > 65_535)
    throw new Failure(
      EXIT.usage,
      `"${text}" is not an address to listen on`,
      `write host:port, for instance ${flag} 127.0.0.1:4000`,
    )
  return { host: host.replace(/^\[|\]$/g, ''), port }
}

/** As it stands in a URL. */
export const addressText = ({ host, port }: Address): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`

/** Answers the port, which the system chose if 0 was asked for. */
export async function listen(server: Server, address: Address): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, address)))
    server.listen(address.port, address.host, resolve)
  })
  const bound = server.address()
  return bound !== null && typeof bound === 'object' ? bound.port : address.port
}

/** Asked before anything else is done: a taken port is the likeliest mistake. Settles port 0. */
export async function freeAddress(address: Address, flag = LISTEN): Promise<Address> {
  const probe = createServer()
  await new Promise<void>((done, refuse) => {
    probe.once('error', (error: NodeJS.ErrnoException) =>
      refuse(cannotListen(error, address, flag)),
    )
    probe.listen(address.port, address.host, done)
  })
  const bound = probe.address()
  await new Promise((done) => probe.close(done))
  if (bound === null || typeof bound !== 'object') return address
  return { host: address.host, port: bound.port }
}

function cannotListen(error: NodeJS.ErrnoException, address: Address, flag = LISTEN): Failure {
  const where = addressText(address)
  if (error.code === 'EADDRINUSE')
    return new Failure(
      EXIT.failed,
      `${where} is taken: another program listens there`,
      `stop that program, or listen elsewhere with ${flag} host:port`,
    )
  if (error.code === 'EACCES')
    return new Failure(
      EXIT.failed,
      `${where} may not be opened by this user`,
      `listen on a port above 1023 with ${flag} host:port`,
    )
  return new Failure(
    EXIT.failed,
    `cannot listen on ${where}: ${error.code ?? error.message}`,
    `listen on an address of this machine with ${flag} host:port`,
  )
}

/** Takes no new connection, lets running requests end, and cuts off what is left after the limit. */
export async function drain(server: Server, limitMs: number): Promise<void> {
  const limit = setTimeout(() => server.closeAllConnections(), limitMs)
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
  clearTimeout(limit)
}
