import type { NotCarried, Variable } from '../../config/foreign/index.ts'
import { printable } from '../printable.ts'
import { counted } from '../show-diagnostics.ts'
import { isKnown } from './env-file.ts'

/** What is said of several places alike. */
interface Group {
  readonly paths: readonly string[]
  readonly was: string
  readonly instead: string
}

/** One for all places that differ in the number of an item only, and of which the same is said. */
function grouped(
  notCarried: readonly NotCarried[],
  said: (each: NotCarried) => readonly string[],
): readonly Group[] {
  const alike = Map.groupBy(notCarried, (each) =>
    JSON.stringify([each.path.replaceAll(/\[\d+\]/g, '[]'), ...said(each)]),
  )
  return [...alike.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [{ ...first, paths: [first.path, ...others.map(({ path }) => path)] }],
  )
}

const more = ({ paths }: Group): string =>
  paths.length === 1 ? '' : `, and ${paths.length - 1} more like it`

const MOST_VARIABLES = 20

/** For people at a terminal. */
export function notesText(
  notCarried: readonly NotCarried[],
  variables: readonly Variable[],
): string {
  const lines = grouped(notCarried, ({ instead }) => [instead]).map(
    (group) =>
      `  ${printable(group.paths[0] ?? '')}${more(group)}\n    ${printable(group.was)}\n    -> ${printable(group.instead)}\n`,
  )
  const shown = variables.slice(0, MOST_VARIABLES)
  const rest = variables.length - shown.length
  return [
    ...(lines.length === 0
      ? []
      : [`not in the documents (${counted(notCarried.length, 'place')}):\n`, ...lines, '\n']),
    ...(shown.length === 0
      ? []
      : ['variables that hold secrets, to be set where "tokenidp apply" runs:\n']),
    ...shown.map(
      (each) =>
        `  ${each.name}  ${each.address}${isKnown(each.value) ? '' : ' (not in the export)'}\n`,
    ),
    ...(rest > 0 ? [`  and ${rest} more; -o json tells all\n`] : []),
  ].join('')
}

const MOST_PATHS = 3

/** The same as a file beside the documents. */
export function notesMarkdown(
  title: string,
  notCarried: readonly NotCarried[],
  variables: readonly Variable[],
): string {
  const rows = grouped(notCarried, ({ was, instead }) => [was, instead]).map(
    ({ paths, was, instead }) => {
      const first = paths.slice(0, MOST_PATHS).map(cell).join('<br>')
      const rest = paths.length > MOST_PATHS ? `<br>and ${paths.length - MOST_PATHS} more` : ''
      return `| ${first}${rest} | ${cell(was)} | ${cell(instead)} |\n`
    },
  )
  return [
    `# Imported from ${title}\n\n`,
    'Read this once, do what it says, and delete it. `tokenidp import … -o json` lists each place.\n',
    '\n## Not in the documents\n\n',
    rows.length === 0
      ? 'Nothing was left behind.\n'
      : '| Where | What it was | What to do |\n|---|---|---|\n',
    ...rows,
    '\n## Variables\n\n',
    variables.length === 0
      ? 'No document takes a secret.\n'
      : 'The documents take secrets from these variables; set them where `tokenidp apply` runs.\n\n',
    ...variables.map(
      ({ name, address, value }) =>
        `- \`${name}\`: ${address}${isKnown(value) ? '' : ', not in the export'}\n`,
    ),
  ].join('')
}

/** What an export says is not markup. */
const cell = (text: string): string =>
  printable(text).replaceAll(/[&<>|`*_\\[\]]/g, (found) => `\\${found}`)
