import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Variable, Variables } from '../environment.ts'
import { EXIT, Failure } from '../exit.ts'
import { words } from './words.ts'

export const HOW_TO_MAKE =
  'export TOKENIDP_MASTER_KEY="$(openssl rand -base64 32)", and keep it for life'

/** One way to come by the master key. What it answers is shown nowhere, whatever happens. */
export interface MasterKeyProvider {
  /** The variable that chooses it. */
  readonly variable: Variable
  /** How the key is called in messages. */
  from(value: string): string
  /** The key that seals; behind it, in words of their own, keys that only open. */
  read(value: string, variables: Variables): string
}

const environment: MasterKeyProvider = {
  variable: 'TOKENIDP_MASTER_KEY',
  from: () => 'TOKENIDP_MASTER_KEY',
  read: (value) => value,
}

const file: MasterKeyProvider = {
  variable: 'TOKENIDP_MASTER_KEY_FILE',
  from: (path) => path,
  read: readKeyFile,
}

/** For a KMS or a vault: whatever program can print a key. */
const command: MasterKeyProvider = {
  variable: 'TOKENIDP_MASTER_KEY_COMMAND',
  from: () => 'what TOKENIDP_MASTER_KEY_COMMAND printed',
  read: printedBy,
}

export const PROVIDERS: readonly MasterKeyProvider[] = [environment, file, command]

export function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Failure(EXIT.machine, `the master key cannot be read: ${why}`, HOW_TO_MAKE)
  }
}

const TIMEOUT_MS = 10_000
const MOST_BYTES = 65_536

/** Without a shell. Its standard error is the operator's; its standard output is a secret. */
function printedBy(text: string, variables: Variables): string {
  const [program, ...args] = words(text) ?? []
  if (program === undefined)
    throw failed('is not a program and its arguments', 'close every quote: program "an argument"')
  const ran = spawnSync(program, args, {
    env: variables,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: MOST_BYTES,
  })
  if (ran.error !== undefined) throw failed(troubleOf(ran.error), `run ${program} by hand`)
  if (ran.status !== 0)
    throw failed(`ended with ${ran.status ?? ran.signal}`, `run ${program} by hand`)
  return ran.stdout
}

function troubleOf(error: Error): string {
  const code = 'code' in error ? error.code : undefined
  if (code === 'ETIMEDOUT') return `did not end within ${TIMEOUT_MS / 1000} s`
  if (code === 'ENOBUFS') return `printed more than ${MOST_BYTES} bytes`
  return `cannot be started: ${code ?? error.message}`
}

const failed = (what: string, next: string): Failure =>
  new Failure(EXIT.machine, `TOKENIDP_MASTER_KEY_COMMAND ${what}`, next)
