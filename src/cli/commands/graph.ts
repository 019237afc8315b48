import { nameOf, tenantOf } from '../../config/graph.ts'
import { linksOf } from '../../config/links.ts'
import { around, type Drawing, dot, mermaid } from '../drawing.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { addressIn, addressOfItem } from '../object-named.ts'
import { readProject } from '../project.ts'

interface Flags {
  readonly format?: string
}

/** As JSON it is printed as every document is. */
const FORMATS = new Map<string, (drawing: Drawing) => string>([
  ['mermaid', mermaid],
  ['dot', dot],
  ['json', () => ''],
])

const NOT_DRAWN = new Set<string>(['Project', 'Environment', 'Patch', 'Refactor', 'Lint'])

/** Shows which objects name which others: all of them, or those around one. */
export async function graph(
  invocation: Invocation,
  { format = 'mermaid' }: Flags,
  ref?: string,
): Promise<Outcome> {
  const draw = FORMATS.get(format)
  if (draw === undefined)
    throw new Failure(EXIT.usage, `"${format}" is not a format`, 'use mermaid, dot or json')
  const { items } = await readProject(invocation)
  // In whatever files they are written.
  const shown = items
    .filter(({ kind }) => !NOT_DRAWN.has(kind))
    .toSorted((one, two) => (addressOfItem(one) < addressOfItem(two) ? -1 : 1))
  const all: Drawing = {
    nodes: shown.map((item) => ({
      address: addressOfItem(item),
      kind: item.kind,
      tenant: tenantOf(item),
      name: nameOf(item),
    })),
    links: linksOf(shown),
  }
  const { nodes, links } = ref === undefined ? all : around(all, addressIn(shown, ref))
  return {
    exit: EXIT.ok,
    kind: 'Graph',
    body: {
      objects: nodes.map((node) => ({ ...node })),
      links: links.map((link) => ({ ...link })),
    },
    text: draw({ nodes, links }),
  }
}
