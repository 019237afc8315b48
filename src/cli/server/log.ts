import type { Log, LogFields } from '../../base/log.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Io } from '../io.ts'
import type { Paint } from '../paint.ts'

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent']

export function logLevel(text: string | undefined): string {
  const level = text ?? 'info'
  if (LEVELS.includes(level)) return level
  throw new Failure(EXIT.usage, `TOKENIDP_LOG is "${level}"`, `use one of ${LEVELS.join(', ')}`)
}

/** One JSON object per line on stderr; stdout is for results. */
export async function jsonLog(level: string, worker?: number): Promise<Log> {
  const { destination, pino, stdTimeFunctions } = await import('pino')
  const logger = pino(
    {
      level,
      base: worker === undefined ? null : { worker },
      timestamp: stdTimeFunctions.isoTime,
      messageKey: 'message',
    },
    destination(2),
  )
  return {
    info: (message, fields) => logger.info(printable(fields), message),
    warn: (message, fields) => logger.warn(printable(fields), message),
    error: (message, fields) => logger.error(printable(fields), message),
  }
}

/** For a person who develops: one line each. */
export const lineLog = (io: Io, paint: Paint): Log => ({
  info: (message, fields) => io.err(`${paint.faint(lineOf(message, fields))}\n`),
  warn: (message, fields) => io.err(`${paint.warn('warning')}: ${lineOf(message, fields)}\n`),
  error: (message, fields) => io.err(`${paint.bad('error')}: ${lineOf(message, fields)}\n`),
})

const lineOf = (message: string, fields?: LogFields): string => {
  const shown = printable(fields)
  return Object.keys(shown).length === 0 ? message : `${message} ${JSON.stringify(shown)}`
}

const SECRET_NAME =
  /secret|password|token|cookie|authorization$|assertion|verifier|credential|private|^code$|^key$/i
const MAX_TEXT = 500
const MAX_DEPTH = 4

/** Whatever its caller put in: nothing named like a secret, nothing long, nothing deep. */
export const printable = (fields: LogFields = {}): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, shown(name, value, 0)]))

function shown(name: string, value: unknown, depth: number): unknown {
  if (SECRET_NAME.test(name) && !isErrorCode(name, value)) return '[redacted]'
  if (typeof value === 'string') return value.slice(0, MAX_TEXT)
  if (value === null || typeof value !== 'object') return value
  if (value instanceof Error) return errorShown(value, depth)
  if (depth >= MAX_DEPTH || Buffer.isBuffer(value)) return '[…]'
  if (Array.isArray(value)) return value.slice(0, 20).map((each) => shown(name, each, depth + 1))
  if ('toJSON' in value) return String(value)
  return Object.fromEntries(
    Object.entries(value).map(([inner, each]) => [inner, shown(inner, each, depth + 1)]),
  )
}

/** `code` names an authorization code in one place and the kind of an error in another. */
const isErrorCode = (name: string, value: unknown): boolean =>
  name === 'code' && typeof value === 'string' && /^([a-z_]{3,40}|E[A-Z]{2,20})$/.test(value)

const errorShown = (error: Error, depth: number): unknown => ({
  type: error.name,
  message: error.message.slice(0, MAX_TEXT),
  stack: error.stack?.slice(0, 4 * MAX_TEXT),
  ...(error.cause === undefined || depth >= MAX_DEPTH
    ? {}
    : { cause: shown('cause', error.cause, depth + 1) }),
})
