import { type Variables, variable } from './environment.ts'
import { EXIT, Failure } from './exit.ts'

export type OutputFormat = 'text' | 'json' | 'markdown'

/** What every command takes, after flags and variables have been weighed. */
export interface GlobalOptions {
  readonly config: string | undefined
  readonly environment: string | undefined
  readonly databaseUrl: string | undefined
  readonly databaseUrlFile: string | undefined
  readonly output: OutputFormat
  /** The text is YAML, for commands that print it. */
  readonly isYaml: boolean
  /** The text is a table, for commands whose text is one. */
  readonly isTable: boolean
  readonly isQuiet: boolean
  readonly colour: boolean | undefined
  readonly mayAsk: boolean
  readonly lockTimeoutMs: number
  /** For all of the command. */
  readonly timeout: { readonly ms: number; readonly text: string } | undefined
  /** How many findings are shown; 0 for all. */
  readonly maxProblems: number
  /** Whether documents that were read before may be known from then. */
  readonly hasCache: boolean
  /** Of variables of the documents, by name. */
  readonly values: ReadonlyMap<string, string>
}

/** The flags as commander hands them over. */
export interface GlobalFlags {
  readonly config?: string
  readonly env?: string
  readonly databaseUrl?: string
  readonly databaseUrlFile?: string
  readonly output?: string
  readonly quiet?: boolean
  /** How often it was given. */
  readonly verbose?: number
  readonly color?: boolean
  readonly input?: boolean
  readonly lockTimeout?: string
  readonly timeout?: string
  readonly maxProblems?: string
  readonly cache?: boolean
  readonly var?: readonly string[]
  /** Of commands that print in forms of their own, besides JSON. */
  readonly format?: string
  /** Of commands that write reports. */
  readonly report?: readonly string[]
}

export function globalOptions(flags: GlobalFlags, variables: Variables): GlobalOptions {
  refusePassword(flags.databaseUrl)
  const asked = flags.output ?? variable(variables, 'TOKENIDP_OUTPUT') ?? 'text'
  return {
    config: flags.config ?? variable(variables, 'TOKENIDP_CONFIG'),
    environment: flags.env ?? variable(variables, 'TOKENIDP_ENV'),
    ...databaseOptions(flags, variables),
    output: outputFormat(asked),
    isYaml: asked === 'yaml',
    isTable: asked === 'table',
    isQuiet: flags.quiet === true,
    colour: flags.color,
    mayAsk: flags.input !== false,
    lockTimeoutMs: milliseconds(flags.lockTimeout ?? '30s'),
    timeout: timeoutOf(flags.timeout),
    maxProblems: problems(flags.maxProblems ?? '50'),
    hasCache: flags.cache !== false,
    values: valuesOf(flags.var ?? []),
  }
}

function valuesOf(given: readonly string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const each of given) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(each) ?? []
    if (name === undefined || value === undefined)
      throw new Failure(EXIT.usage, '--var takes name=value', 'write for instance --var tier=gold')
    if (values.has(name))
      throw new Failure(EXIT.usage, `--var gives "${name}" twice`, 'keep one of the two')
    values.set(name, value)
  }
  return values
}

/** A flag of either form wins over a variable of either form. */
function databaseOptions(flags: GlobalFlags, variables: Variables) {
  const given = { databaseUrl: flags.databaseUrl, databaseUrlFile: flags.databaseUrlFile }
  const set = {
    databaseUrl: variable(variables, 'TOKENIDP_DATABASE_URL'),
    databaseUrlFile: variable(variables, 'TOKENIDP_DATABASE_URL_FILE'),
  }
  const chosen =
    given.databaseUrl === undefined && given.databaseUrlFile === undefined ? set : given
  if (chosen.databaseUrl !== undefined && chosen.databaseUrlFile !== undefined)
    throw new Failure(
      EXIT.usage,
      'the database is given twice, as a URL and as a file',
      'remove one of --database-url (TOKENIDP_DATABASE_URL) and --database-url-file (TOKENIDP_DATABASE_URL_FILE)',
    )
  return chosen
}

/** Everyone on the machine can read the arguments of a process. */
function refusePassword(url: string | undefined): void {
  if (url === undefined || !/^[a-z]+:\/\/[^/@]*:[^/@]+@|[?&]password=/i.test(url)) return
  throw new Failure(
    EXIT.usage,
    '--database-url holds a password, which other users of this machine can see',
    'put the URL into TOKENIDP_DATABASE_URL, or into a file named by --database-url-file',
  )
}

function outputFormat(text: string): OutputFormat {
  if (text === 'text' || text === 'json' || text === 'markdown') return text
  if (text === 'yaml' || text === 'table') return 'text'
  throw new Failure(
    EXIT.usage,
    `"${text}" is not an output format`,
    'use text, json, table, yaml or markdown',
  )
}

function problems(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new Failure(EXIT.usage, `"${text}" is not a number of problems`, 'write 0 for all of them')
}

function timeoutOf(text: string | undefined): GlobalOptions['timeout'] {
  if (text === undefined) return undefined
  const ms = milliseconds(text)
  if (ms > 0) return { ms, text }
  throw new Failure(EXIT.usage, 'nothing is done in no time', 'write for instance --timeout 5m')
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 }

export function milliseconds(text: string): number {
  const [, amount, unit = ''] = /^(\d{1,6})(ms|s|m)$/.exec(text) ?? []
  if (amount !== undefined) return Number(amount) * (UNITS[unit] ?? 1)
  throw new Failure(EXIT.usage, `"${text}" is not a duration`, 'write for instance 30s or 2m')
}
