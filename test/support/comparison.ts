/** Writes the README's comparison with a peer from what the last runs of `npm run bench -- compare` found. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const BEGIN = '<!-- comparison: written by npm run bench -- compare -->'
const END = '<!-- end of the comparison -->'

interface Measured {
  readonly requestsPerSecond: number
  readonly p99Ms: number
  readonly cpuMicrosPerRequest: number
}

interface Compared {
  readonly scenario: string
  readonly on: string
  readonly ours: Measured
  readonly peer: Measured
  readonly requests: number
  readonly cpu: number
  readonly cpuOfFloor?: number
  readonly goal: { readonly requests: number; readonly cpu?: number }
}

interface Results {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string }
  readonly setting: { readonly connections: number; readonly peer: string }
  readonly measured: readonly Compared[]
}

const times = (value: number): string => value.toFixed(2)

/** With the goal behind it; what was reached is in bold. */
const against = (value: number, goal: number | undefined): string => {
  if (goal === undefined) return times(value)
  return `${value >= goal ? `**${times(value)}**` : times(value)} of ${goal}`
}

type Row = Compared & { readonly onOldest: Compared | undefined }

const rowOf = ({
  scenario,
  on,
  ours,
  peer,
  requests,
  cpu,
  cpuOfFloor,
  goal,
  onOldest,
}: Row): string => {
  const cells = [
    scenario,
    against(requests, goal.requests),
    against(cpu, goal.cpu),
    cpuOfFloor === undefined ? '' : times(cpuOfFloor),
    `${Math.round(ours.cpuMicrosPerRequest)} and ${Math.round(peer.cpuMicrosPerRequest)}`,
    onOldest === undefined ? '' : `${times(onOldest.requests)}, ${times(onOldest.cpu)}`,
    on,
  ]
  return `| ${cells.join(' | ')} |`
}

function tableOf({ machine, setting, measured }: Results, oldest: readonly Compared[]): string {
  const rows = measured.map((each) => ({
    ...each,
    onOldest: oldest.find(({ scenario }) => scenario === each.scenario),
  }))
  return [
    `In pairs on one machine (${machine.cores} cores of ${machine.cpu}, Node ${machine.node.slice(1)}, ${setting.connections} connections), each server one`,
    `process, the medians of the ratios: oidc-provider ${setting.peer} keeps its things in memory, or in a database as durable as ours where it says so.`,
    'The floor is a server that parses, checks, mints and stores, and nothing else. ID tokens are signed as the name says, otherwise with RS256.',
    'The goals were set beside the peer on Node 20; newer Nodes made it faster, so the same is given for Node 22.',
    '',
    '| scenario | times as many requests | times less CPU | times the CPU of the floor | µs of CPU, and the peer’s | both on Node 22 | on |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(rowOf),
  ].join('\n')
}

const resultsIn = (name: string): Results =>
  JSON.parse(readFileSync(`${ROOT}bench/results/${name}.json`, 'utf8'))

/** The README with its comparison as the results have it now. */
export function withComparison(readme: string): string {
  const begin = readme.indexOf(BEGIN) + BEGIN.length
  const end = readme.indexOf(END)
  if (begin < BEGIN.length || end < begin) throw new Error('the README has no place for it')
  const table = tableOf(resultsIn('compare'), resultsIn('compare-node-22').measured)
  return `${readme.slice(0, begin)}\n\n${table}\n\n${readme.slice(end)}`
}

export function writeComparison(): void {
  const readme = `${ROOT}README.md`
  writeFileSync(readme, withComparison(readFileSync(readme, 'utf8')))
}
