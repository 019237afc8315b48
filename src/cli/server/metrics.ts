import { type Clock, type EpochSeconds, toSeconds } from '../../base/time.ts'
import { type EndingSecret, endingSecrets } from '../../deploy/ending-secrets.ts'
import { tool } from '../tool.ts'
import type { RollOut } from './roll-out.ts'

/** What a server is at, in the text format of Prometheus. */
export function metricsText({
  rollOut: { current, behind },
  usage,
  purged,
  clock,
}: Measuring): string {
  const now = toSeconds(clock.milliseconds())
  const { rss, cpu } = usage()
  const { revision, generation, snapshot, live } = current()
  const trouble = behind()
  const applications = snapshot.tenants.reduce((sum, each) => sum + each.applications.size, 0)
  const config = (state: string, value: number): Sample => [{ state }, value]
  return [
    metric(
      'tokenidp_config_revision',
      'The revision of the configuration, by what it is to this server.',
      [
        config('active', revision),
        config('target', trouble?.target ?? revision),
        ...(trouble?.target === undefined ? [] : [config('failed', trouble.target)]),
      ],
    ),
    metric('tokenidp_config_behind', '1 while something newer cannot be served.', [
      [{}, trouble === undefined ? 0 : 1],
    ]),
    metric('tokenidp_key_generation', 'Grows with every change of signing keys.', [
      [{}, generation],
    ]),
    metric('tokenidp_tenants', 'Tenants that are served.', [[{}, snapshot.tenants.length]]),
    metric('tokenidp_applications', 'Applications that are served.', [[{}, applications]]),
    metric(
      'tokenidp_client_secret_end_timestamp_seconds',
      `When the next secret of an application ends, and the last it has; of the ${MOST_ENDING} where that is soonest.`,
      secretEnds(endingSecrets(live, now), now),
    ),
    metric(
      'tokenidp_purged_rows_total',
      'Rows that this server removed because they were over.',
      [...purged()].map(([table, rows]) => [{ table }, rows]),
      'counter',
    ),
    metric('tokenidp_build_info', 'The version of the program.', [[{ version: tool.version }, 1]]),
    metric('process_resident_memory_bytes', 'Resident memory in bytes.', [[{}, rss]]),
    metric(
      'process_cpu_seconds_total',
      'Processor time, user and system, in seconds.',
      [[{}, cpu]],
      'counter',
    ),
  ].join('')
}

/** However many applications there are: an alarm needs those that are next. */
const MOST_ENDING = 100

function secretEnds(ends: readonly EndingSecret[], now: EpochSeconds): readonly Sample[] {
  const next = ends.filter(({ endsAt }) => endsAt > now)
  const last = ends.filter(({ isLast }) => isLast)
  return [...ofEach('next', next), ...ofEach('last', last)]
}

const ofEach = (secret: 'next' | 'last', ends: readonly EndingSecret[]): readonly Sample[] =>
  [...Map.groupBy(ends, ({ application }) => application)]
    .slice(0, MOST_ENDING)
    .map(([{ tenant, name }, own]) => [
      { tenant, application: name, secret },
      Math.min(...own.map(({ endsAt }) => endsAt)),
    ])

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number]

function metric(
  name: string,
  help: string,
  samples: readonly Sample[],
  type: 'gauge' | 'counter' = 'gauge',
): string {
  const lines = samples.map(([labels, value]) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`)
    return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`
  })
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n')
}

export interface Measuring {
  readonly rollOut: Pick<RollOut, 'current' | 'behind'>
  /** Memory in bytes, processor time in seconds. */
  readonly usage: () => { readonly rss: number; readonly cpu: number }
  /** Rows of each table that were removed because they were over. */
  readonly purged: () => ReadonlyMap<string, number>
  readonly clock: Clock
}
