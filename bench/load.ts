import autocannon from 'autocannon'
import { type Contestant, cpuMicros, residentMegabytes } from './process.ts'
import type { Call } from './scenarios.ts'

export const CONNECTIONS = 16

export interface Measured {
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly cpuMicrosPerRequest: number
  readonly residentMegabytes: number
}

/** Asks the same again and again over 16 connections. Throws where anything but 2xx comes back. */
export async function load(
  { name, pid, url }: Contestant,
  { path, form, headers }: Call,
  seconds: number,
): Promise<Measured> {
  const before = cpuMicros(pid)
  const result = await autocannon({
    url: url + path,
    connections: CONNECTIONS,
    duration: seconds,
    ...(form && { method: 'POST' as const, body: new URLSearchParams(form).toString() }),
    headers: {
      ...headers,
      ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
    },
  })
  const refused = result.non2xx + result.errors
  if (refused > 0) throw new Error(`${name} refused ${refused} of the requests to ${path}`)
  const answered = result['2xx']
  return {
    requestsPerSecond: answered / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    cpuMicrosPerRequest: (cpuMicros(pid) - before) / answered,
    residentMegabytes: residentMegabytes(pid),
  }
}
