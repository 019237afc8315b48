import type { Link } from '../config/links.ts'
import { printable } from './printable.ts'

export interface Node {
  readonly address: string
  readonly kind: string
  /** Empty above tenants. */
  readonly tenant: string
  readonly name: string
}

export interface Drawing {
  readonly nodes: readonly Node[]
  readonly links: readonly Link[]
}

/** Names come from files: in a drawing they are texts, and never a part of its language. */
interface Language {
  begin: string
  end: string
  group(id: string, tenant: string, lines: readonly string[]): readonly string[]
  node(id: string, text: string): string
  link(from: string, to: string, text: string): string
}

const mermaidText = (text: string): string =>
  `"${printable(text).replaceAll(/[^\p{L}\p{N} _.,:/-]/gu, (found) => `#${found.codePointAt(0)};`)}"`

const MERMAID: Language = {
  begin: 'flowchart LR',
  end: '',
  group: (id, tenant, lines) => [`subgraph ${id}[${mermaidText(tenant)}]`, ...lines, 'end'],
  node: (id, text) => `${id}[${mermaidText(text)}]`,
  link: (from, to, text) => `${from} -->${text === '' ? '' : `|${mermaidText(text)}|`} ${to}`,
}

const dotText = (text: string): string => `"${printable(text).replaceAll(/["\\]/g, '\\$&')}"`

const DOT: Language = {
  begin: 'digraph tokenidp {\n  rankdir=LR\n  node [shape=box]',
  end: '}\n',
  group: (id, tenant, lines) => [
    `subgraph cluster_${id} {`,
    `  label=${dotText(tenant)}`,
    ...lines,
    '}',
  ],
  node: (id, text) => `${id} [label=${dotText(text)}]`,
  link: (from, to, text) => `${from} -> ${to}${text === '' ? '' : ` [label=${dotText(text)}]`}`,
}

/** The objects, those of each tenant together, and an arrow from whoever names to what is named. */
function drawn({ nodes, links }: Drawing, language: Language): string {
  const ids = new Map(nodes.map(({ address }, index) => [address, `n${index}`]))
  const idOf = (address: string): string => ids.get(address) ?? ''
  const nodeLine = ({ address, kind, name }: Node): string =>
    language.node(idOf(address), `${kind} ${name}`)
  const groups = [...Map.groupBy(nodes, tenantAround)].flatMap(([tenant, members], index) =>
    tenant === ''
      ? members.map(nodeLine)
      : language.group(`t${index}`, tenant, members.map(nodeLine).map(indented)),
  )
  const arrows = [...Map.groupBy(links, ({ from, to }) => `${idOf(from)} ${idOf(to)}`)].map(
    ([ends, all]) => {
      const [from = '', to = ''] = ends.split(' ')
      const parts = all.map(({ part }) => part).filter((part) => part !== '')
      return language.link(from, to, parts.join(', '))
    },
  )
  return `${[language.begin, ...[...groups, ...arrows].map(indented)].join('\n')}\n${language.end}`
}

/** A tenant is drawn among what is in it. */
const tenantAround = ({ kind, tenant, name }: Node): string => (kind === 'Tenant' ? name : tenant)

const indented = (line: string): string => `  ${line}`

export const mermaid = (drawing: Drawing): string => drawn(drawing, MERMAID)

export const dot = (drawing: Drawing): string => drawn(drawing, DOT)

/** An object, what it names, and what names it; of a tenant also what is in it. */
export function around({ nodes, links }: Drawing, address: string): Drawing {
  const centre = nodes.find((node) => node.address === address)
  const isIn = (node: Node): boolean => centre?.kind === 'Tenant' && node.tenant === centre.name
  const near = new Set([
    address,
    ...nodes.filter(isIn).map((node) => node.address),
    ...links
      .filter(({ from, to }) => from === address || to === address)
      .flatMap(({ from, to }) => [from, to]),
  ])
  return {
    nodes: nodes.filter((node) => near.has(node.address)),
    links: links.filter(({ from, to }) => near.has(from) && near.has(to)),
  }
}
