import type { Provenance, StoodIn } from '../config/provenance.ts'
import type { Paint } from './paint.ts'
import { printable } from './printable.ts'
import { table } from './table.ts'

/** One value a line, with who says so; below it what stood in for it there. */
export function provenanceText(
  address: string,
  values: readonly Provenance[],
  paint: Paint,
): string {
  const rows = values.flatMap((each) => [
    [`  ${each.path}`, JSON.stringify(each.value), whoSays(each)],
    ...each.standIns.map((standIn) => ['', '', `  ${standInText(standIn)}`]),
  ])
  return `${paint.strong(printable(address))}\n${table(rows.map((row) => row.map(printable)))}`
}

function whoSays({ from, name, at }: Provenance): string {
  if (from === 'default') return 'default'
  return `${at?.file}:${at?.line}${name === undefined ? '' : ` (${from} ${name})`}`
}

const WORDS = {
  flag: ({ name }) => `${name} from --var`,
  process: ({ name }) => `${name} from the environment of the process`,
  environment: ({ name, at }) => `${name} from ${at?.file}:${at?.line}`,
  default: ({ name, at }) => `${name} by default, from ${at?.file}:${at?.line}`,
  file: ({ name }) => `the text of ${name}`,
} as const satisfies Record<StoodIn['from'], (standIn: StoodIn) => string>

const standInText = (standIn: StoodIn): string => WORDS[standIn.from](standIn)
