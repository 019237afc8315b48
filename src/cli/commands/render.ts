import { isJsonObject, type JsonObject } from '../../base/json.ts'
import { nearest } from '../../base/nearest.ts'
import { addressOf } from '../../config/desired-state.ts'
import { nameOf } from '../../config/graph.ts'
import type { Provenance } from '../../config/provenance.ts'
import type { Item } from '../../config/schema.ts'
import { exportedDocuments } from '../../deploy/export/project.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { addressIn, addressOfItem } from '../object-named.ts'
import { readProject } from '../project.ts'
import { provenanceText } from '../provenance-text.ts'

interface Flags {
  readonly explain?: string
}

/** Shows what the documents come to in one environment: whole, or each value with who says so. */
export async function render(
  invocation: Invocation,
  { explain }: Flags,
  refs: readonly string[] = [],
): Promise<Outcome> {
  const project = await readProject(invocation)
  const items = project.items.filter((item) => isPart(item, project.desired.environment.name))
  if (explain !== undefined) return explained(invocation, items, explain)
  const chosen = new Set(refs.map((ref) => addressIn(items, ref)))
  const owner = `git:${project.desired.project.id}`
  const objects = project.desired.objects.map((object) => ({ ...object, owner }))
  const documents = exportedDocuments({ objects }, { owner })
    .documents.map((each) => ({ ...each, value: withWrittenCa(each.value, items) }))
    .filter((each) => chosen.size === 0 || chosen.has(addressOf(each)))
  const { printDocuments } = await import('../../config/print.ts')
  return {
    exit: EXIT.ok,
    kind: 'Rendering',
    body: {
      environment: project.desired.environment.name,
      documents: documents.map(({ value }) => value),
    },
    text: printDocuments(documents),
  }
}

async function explained(
  { global, paint }: Invocation,
  items: readonly Item[],
  what: string,
): Promise<Outcome> {
  const { provenanceOf } = await import('../../config/index.ts')
  const [ref = '', wanted] = what.split('#', 2)
  const address = addressIn(items, ref)
  const all = items.filter((item) => addressOfItem(item) === address).flatMap(provenanceOf)
  const values = wanted === undefined ? all : all.filter(({ path }) => isBelow(path, wanted))
  if (values.length === 0) throw unknownPath(address, wanted ?? '', all)
  const body: JsonObject = { address, values: values.map(bodyOf) }
  const { printValue } = await import('../../config/print.ts')
  const text = global.isYaml ? printValue(body) : provenanceText(address, values, paint.out)
  return { exit: EXIT.ok, kind: 'Origins', body, text }
}

/** Profiles, patches and the like are in what they made. */
const isPart = (item: Item, environment: string): boolean =>
  !['Profile', 'Patch', 'Refactor', 'Lint'].includes(item.kind) &&
  (item.kind !== 'Environment' || nameOf(item) === environment)

/** The spec is meant where nothing else is said. */
const isBelow = (path: string, wanted: string): boolean =>
  [wanted, `spec.${wanted}`].some(
    (each) => path === each || path.startsWith(`${each}.`) || path.startsWith(`${each}[`),
  )

function unknownPath(address: string, wanted: string, all: readonly Provenance[]): Failure {
  const meant = nearest(
    wanted,
    all.flatMap(({ path }) => [path, path.replace(/^spec\./, '')]),
  )
  return new Failure(
    EXIT.failed,
    `${address} has nothing at ${wanted}`,
    meant === undefined ? `tokenidp render --explain ${address}` : `did you mean ${meant}?`,
  )
}

const bodyOf = ({ path, value, from, name, at, standIns }: Provenance): JsonObject => ({
  path,
  value,
  from,
  ...(name === undefined ? {} : { name }),
  ...(at === undefined ? {} : { at: { ...at } }),
  variables: standIns.map(({ at: written, ...each }) => ({
    ...each,
    ...(written === undefined ? {} : { at: { ...written } }),
  })),
})

/** What is applied are the certificates themselves; documents name their file. */
function withWrittenCa(document: JsonObject, items: readonly Item[]): JsonObject {
  const environment = items.find(({ kind }) => kind === 'Environment')
  if (document.kind !== 'Environment' || environment?.kind !== 'Environment') return document
  const ca = environment.document.spec.outbound?.ca
  const { spec } = document
  if (ca === undefined || !isJsonObject(spec) || !isJsonObject(spec.outbound)) return document
  return { ...document, spec: { ...spec, outbound: { ...spec.outbound, ca } } }
}
