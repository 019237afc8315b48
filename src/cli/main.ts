import { userInfo } from 'node:os'
import { CommanderError } from 'commander'
import { systemClock, systemRandom } from '../base/system.ts'
import { unknownVariables, type Variables } from './environment.ts'
import { EXIT, type ExitCode, Failure } from './exit.ts'
import { hasTable } from './grammar.ts'
import { exitOf, interruptionOn } from './interruption.ts'
import type { Invocation, Outcome, World } from './invocation.ts'
import { systemIo, wantsColour } from './io.ts'
import {
  type GlobalFlags,
  type GlobalOptions,
  globalOptions,
  type OutputFormat,
} from './options.ts'
import { paintFor } from './paint.ts'
import { printableLines } from './printable.ts'
import { program } from './program.ts'
import { progressOn, SILENT } from './progress.ts'
import { Report } from './report.ts'
import { githubFiles, reportFiles } from './report-files.ts'
import { type TimeLimit, timeLimit } from './time-limit.ts'
import { timed, traceOn } from './trace.ts'

/** The composition root: the real world is made here and handed in. */
export async function main(argv: readonly string[]): Promise<void> {
  let isLeft = false
  const world: World = {
    io: systemIo(),
    variables: process.env,
    directory: process.cwd(),
    clock: systemClock,
    random: systemRandom,
    usage() {
      const { user, system } = process.cpuUsage()
      return { rss: process.memoryUsage.rss(), cpu: (user + system) / 1_000_000 }
    },
    user: userName(),
    onLeft() {
      isLeft = true
    },
    self: {
      node: process.execPath,
      nodeVersion: process.versions.node,
      script: process.argv[1] ?? '',
    },
  }
  // Not process.exit(): it would cut off what a pipe has not taken yet.
  process.exitCode = await run(argv, world)
  // What was left behind half done may still hold the process: a lock it waits for, a connection.
  if (isLeft || process.exitCode === EXIT.interrupted || process.exitCode === EXIT.terminated)
    process.stdout.write('', () => process.stderr.write('', () => process.exit()))
}

export async function run(argv: readonly string[], world: World): Promise<ExitCode> {
  let exit: ExitCode = EXIT.ok
  const root = program(world.io, (command, load) =>
    command.action(async (...args: unknown[]) => {
      const words = args.slice(0, -2) as never[]
      const isReporting = command.options.some(({ long }) => long === '--report')
      const given = {
        flags: command.optsWithGlobals(),
        isReporting,
        isTable: hasTable(command),
        name: command.name(),
      }
      exit = await perform(given, world, async (invocation) =>
        // The grammar beside each command is what its flags and words are known by.
        (await load())(invocation, command.opts() as never, ...words),
      )
    }),
  )
  try {
    await root.parseAsync(argv, { from: 'user' })
    return exit
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown
    if (thrown.exitCode === 0) return EXIT.ok
    const report = new Report(world.io, isJsonAsked(argv, world.variables) ? 'json' : 'text')
    return report.usage(usageMessage(thrown))
  }
}

interface Given {
  readonly flags: GlobalFlags
  /** It has a form for reports. */
  readonly isReporting: boolean
  /** Its text has columns. */
  readonly isTable: boolean
  readonly name: string
}

async function perform(
  { flags, isReporting, isTable, name }: Given,
  world: World,
  work: Work,
): Promise<ExitCode> {
  const { io, variables } = world
  const paint = {
    out: await paintFor(wantsColour(io.isTerminal.out, variables, flags.color)),
    err: await paintFor(wantsColour(io.isTerminal.err, variables, flags.color)),
  }
  const report = new Report(io, formatAsked(flags, variables, isReporting))
  const verbosity = flags.verbose ?? 0
  const trace = traceOn({ io, clock: world.clock, faint: paint.err.faint }, verbosity)
  let limit: TimeLimit | undefined
  try {
    const global = globalOptions(flags, variables)
    if (global.output === 'markdown' && !isReporting) throw notPrinted('Markdown')
    if (global.isYaml && name !== 'render') throw notPrinted('YAML')
    if (global.isTable && !isTable) throw notPrinted('table')
    limit = limitOf(global, name, world)
    if (isReporting) addReports(report, { flags, global, world })
    const isColoured = wantsColour(io.isTerminal.err, variables, flags.color)
    const interruption = interruptionOn(io, limit)
    const invocation: Invocation = {
      world,
      interruption,
      global,
      paint,
      trace,
      progress: timed(global.isQuiet ? SILENT : progressOn(io, variables, isColoured), trace),
      warn(message, hint) {
        report.remark({ severity: 'warning', message, ...(hint === undefined ? {} : { hint }) })
        const below = hint === undefined ? '' : `  ${hint}\n`
        io.err(`${paint.err.warn('warning')}: ${printableLines(`${message}\n${below}`)}`)
      },
      report: (found, documents) => report.add(found, documents),
    }
    warnOfVariables(invocation)
    const outcome = await outcomeOf(invocation, work)
    return typeof outcome === 'number' ? outcome : await report.outcome(outcome)
  } catch (thrown) {
    const { failureOf } = await import('./failures.ts')
    return await report.failure(failureOf(thrown, verbosity > 0), paint.err)
  } finally {
    limit?.lift()
  }
}

type Work = (invocation: Invocation) => Promise<Outcome | ExitCode | undefined>

/** What the work came to; an exit code where all that is to be said is said. */
async function outcomeOf(invocation: Invocation, work: Work): Promise<Outcome | ExitCode> {
  const { interruption, trace, warn, global } = invocation
  const end = trace.begin()
  const outcome = (await interruption.during(work(invocation))) ?? EXIT.ok
  end(() => 'all')
  const cause = interruption.ignored()
  if (cause === undefined || typeof outcome === 'number') return outcome
  if (cause === 'timeout') {
    warn(`not done within --timeout ${global.timeout?.text}: what follows was done`)
    return outcome
  }
  warn('interrupted too late: what follows was done')
  return { ...outcome, exit: exitOf(cause) }
}

function limitOf({ timeout }: GlobalOptions, command: string, world: World) {
  if (timeout === undefined) return undefined
  if (command === 'serve' || command === 'dev')
    throw new Failure(
      EXIT.usage,
      `${command} has no end that --timeout could bring`,
      'leave it out',
    )
  const limit = timeLimit(timeout.ms, timeout.text, world.clock)
  limit.onEnd(() => world.onLeft?.())
  return limit
}

interface Asked {
  readonly flags: GlobalFlags
  readonly global: GlobalOptions
  readonly world: World
}

function addReports(report: Report, { flags, global, world }: Asked): void {
  const { io, variables, directory } = world
  const asked = reportFiles(flags.report ?? [], { directory, ...global })
  const all = [...asked, ...githubFiles(variables, asked, io.err)]
  report.alsoTo(all, variables.GITHUB_WORKSPACE || directory)
}

/** Whether the words ask for it, in case that they could not be made sense of. */
function isJsonAsked(argv: readonly string[], variables: Variables): boolean {
  const words = argv.join(' ')
  const [, format] = /(?:^| )(?:-o[ =]?|--output[ =])(\S+)/.exec(words) ?? []
  return isJson(format === undefined ? {} : { output: format }, variables)
}

const usageMessage = ({ code, message }: CommanderError): string =>
  code === 'commander.help' ? 'a command is missing' : message.replace(/^error: /, '')

const isJson = (flags: GlobalFlags, variables: Variables): boolean =>
  flags.format === 'json' || (flags.output ?? variables.TOKENIDP_OUTPUT) === 'json'

const formatAsked = (
  flags: GlobalFlags,
  variables: Variables,
  isReporting: boolean,
): OutputFormat => {
  if (isJson(flags, variables)) return 'json'
  const asked = flags.output ?? variables.TOKENIDP_OUTPUT
  return asked === 'markdown' && isReporting ? 'markdown' : 'text'
}

const notPrinted = (format: 'Markdown' | 'YAML' | 'table'): Failure =>
  new Failure(
    EXIT.usage,
    `this command has no ${format} to print`,
    format === 'table'
      ? 'use -o text or -o json; lists, history, status and secrets check print tables'
      : 'use -o text or -o json',
  )

function warnOfVariables({ world, warn }: Invocation): void {
  for (const { name, meant } of unknownVariables(world.variables))
    warn(`${name} is not a variable of tokenidp`, meant && `did you mean ${meant}?`)
}

/** A container's user may have no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return 'unknown'
  }
}
