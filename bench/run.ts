/**
 * Measures what was built, on loopback, prints it and keeps it in `bench/results/`: all there is with `npm run bench`,
 * or what is named: `npm run bench -- start storm`. After `compare` come the beginnings of its scenarios' names.
 */
import { writeComparison } from '../test/support/comparison.ts'
import { compare, rowOf, withOthers } from './compare.ts'
import { LARGE } from './fixture.ts'
import { GROWTH, measureGrowth } from './growth.ts'
import { CONNECTIONS } from './load.ts'
import { measurePurge, PER_SECOND, ROWS } from './purge.ts'
import { measureReconciliation } from './reconcile.ts'
import { keep, keptOf, ofThisNode, versionOf } from './results.ts'
import { measureRollOut } from './roll-out.ts'
import { measureSimulation, SIMULATION } from './simulation.ts'
import { measureStart } from './start.ts'
import { measureStorm, STORM } from './storm.ts'
import { measureValidation } from './validate.ts'

const large = { tenants: LARGE.tenants, applications: LARGE.applications }

/** What is kept of each beside its figures, and how they are taken. */
const MEASURES: ReadonlyMap<string, readonly [setting: object, take: () => Promise<unknown>]> =
  new Map([
    ['reconcile', [large, measureReconciliation]],
    ['roll-out', [large, measureRollOut]],
    ['validate', [large, measureValidation]],
    ['purge', [{ expiredRows: ROWS, requestsPerSecond: PER_SECOND }, measurePurge]],
    ['start', [{ database: 'sqlite', project: 'config-examples/bench' }, measureStart]],
    ['storm', [STORM, measureStorm]],
    ['growth', [GROWTH, measureGrowth]],
    ['simulation', [SIMULATION, measureSimulation]],
  ])

/** What was not asked for stays as it was found last. */
async function runComparison(words: readonly string[]): Promise<void> {
  const compared = await compare(words)
  console.table(compared.map(rowOf))
  const name = ofThisNode('compare')
  const setting = { connections: CONNECTIONS, peer: versionOf('oidc-provider') }
  keep(name, setting, withOthers(compared, keptOf(name) ?? []))
  writeComparison()
}

const asked = process.argv.slice(2)
const [first, ...others] = asked
const unknown = asked.filter((name) => !MEASURES.has(name))
if (first === 'compare') await runComparison(others)
else if (unknown.length > 0) {
  console.error(
    `No measurement is called ${unknown.join(', ')}: ${[...MEASURES.keys()].join(', ')}, compare`,
  )
  process.exitCode = 2
} else {
  for (const [name, [setting, take]] of MEASURES) {
    if (asked.length > 0 && !asked.includes(name)) continue
    const figures = await take()
    console.table(figures)
    keep(name, setting, figures)
  }
  if (asked.length === 0) await runComparison([])
}
