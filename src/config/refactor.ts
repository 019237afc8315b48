import type { Diagnostic } from '../base/diagnostic.ts'
import { nearest } from '../base/nearest.ts'
import { diagnostic } from './codes.ts'
import { addressOf, type Refactoring } from './desired-state.ts'
import { nameOf, tenantOf } from './graph.ts'
import { KIND_NAMES } from './kinds.ts'
import type { Path } from './locate.ts'
import type { Item } from './schema.ts'

/** All `Refactor` documents as one. */
export function refactoringOf(items: readonly Item[]): Refactoring {
  const documents = items.filter((item) => item.kind === 'Refactor')
  const each = <T, R>(
    listOf: (item: Item<'Refactor'>) => readonly T[] | undefined,
    field: string,
    make: (entry: T, at: { file: string; line: number }) => R,
  ): R[] =>
    documents.flatMap((item) =>
      (listOf(item) ?? []).map((entry, index) => {
        const { file, line } = item.source.at(['spec', field, index])
        return make(entry, { file, line })
      }),
    )
  return {
    moved: throughout(
      each(
        ({ document }) => document.spec.moved,
        'moved',
        ({ from, to }, at) => ({ from, to, at }),
      ),
    ),
    removed: each(
      ({ document }) => document.spec.removed,
      'removed',
      ({ ref, then: outcome }, at) => ({ ref, outcome, at }),
    ),
    adopt: each(
      ({ document }) => document.spec.adopt,
      'adopt',
      ({ ref, uid }, at) => ({ ref, uid, at }),
    ),
  }
}

/** From each name to the one it has in the end, the shortest way first. The moves lead in no circle. */
function throughout(moved: Refactoring['moved']): Refactoring['moved'] {
  const next = new Map(moved.map(({ from, to }) => [from, to]))
  return moved
    .map((move) => {
      let { to } = move
      let steps = 1
      for (; next.has(to) && steps <= moved.length; steps += 1) to = next.get(to) ?? to
      return { steps, move: { ...move, to } }
    })
    .sort((left, right) => left.steps - right.steps)
    .map(({ move }) => move)
}

/** What a Refactor names must be there or gone, as it says. */
export function checkRefactors(items: readonly Item[]): readonly Diagnostic[] {
  const declared = new Set(items.map(itemAddress))
  const refactors = items.filter((item) => item.kind === 'Refactor')
  const moves = new Map(
    refactors.flatMap(({ document }) =>
      (document.spec.moved ?? []).map(({ from, to }) => [from, to] as const),
    ),
  )
  return refactors.flatMap((item) => [
    ...(item.document.spec.moved ?? []).flatMap((move, index) =>
      checkMove(item, move, { declared, moves, path: ['spec', 'moved', index] }),
    ),
    ...(item.document.spec.removed ?? []).flatMap(({ ref }, index) =>
      mustBeGone(item, ref, { declared, path: ['spec', 'removed', index, 'ref'] }),
    ),
    ...(item.document.spec.adopt ?? []).flatMap(({ ref }, index) =>
      mustBeThere(item, ref, { declared, path: ['spec', 'adopt', index, 'ref'] }),
    ),
  ])
}

interface Naming {
  readonly declared: ReadonlySet<string>
  readonly path: Path
}

function checkMove(
  item: Item<'Refactor'>,
  { from, to }: { readonly from: string; readonly to: string },
  { declared, moves, path }: Naming & { readonly moves: ReadonlyMap<string, string> },
): readonly Diagnostic[] {
  const found = [
    ...(moves.has(to)
      ? mustEnd(item, to, { moves, path: [...path, 'to'] })
      : mustBeThere(item, to, { declared, path: [...path, 'to'] })),
    ...mustBeGone(item, from, { declared, path: [...path, 'from'] }),
  ]
  if (found.length > 0 || placeInTree(from) === placeInTree(to)) return found
  return [
    diagnostic('TIDP1205', item.source.at([...path, 'to']), `${from} cannot become ${to}`, {
      hint: 'a move changes the name alone: kind and tenant stay',
    }),
  ]
}

/** What moved twice has two entries, so that a database that saw neither follows both. */
function mustEnd(
  item: Item<'Refactor'>,
  to: string,
  { moves, path }: { readonly moves: ReadonlyMap<string, string>; readonly path: Path },
): readonly Diagnostic[] {
  const seen = new Set<string>()
  for (let next: string | undefined = to; next !== undefined; next = moves.get(next)) {
    if (seen.has(next))
      return [
        diagnostic('TIDP1205', item.source.at(path), `the moves from ${to} lead back to it`, {
          hint: 'to swap two names, give one of them a third name first and apply that',
        }),
      ]
    seen.add(next)
  }
  return []
}

const placeInTree = (address: string): string => address.split('/').slice(0, -1).join('/')

function mustBeThere(
  item: Item<'Refactor'>,
  ref: string,
  { declared, path }: Naming,
): readonly Diagnostic[] {
  if (declared.has(ref)) return []
  const [kind = ''] = ref.split('/')
  const candidates = KIND_NAMES.some((name) => name === kind)
    ? [...declared].filter((address) => address.startsWith(`${kind}/`))
    : [...declared]
  const meant = nearest(ref, candidates)
  return [
    diagnostic('TIDP1203', item.source.at(path), `${ref} is not in these documents`, {
      hint:
        meant === undefined
          ? 'write kind/tenant/name, or kind/name above tenants'
          : `did you mean "${meant}"?`,
    }),
  ]
}

const mustBeGone = (
  item: Item<'Refactor'>,
  ref: string,
  { declared, path }: Naming,
): readonly Diagnostic[] =>
  declared.has(ref)
    ? [
        diagnostic('TIDP1204', item.source.at(path), `${ref} is still in these documents`, {
          hint: 'remove its document, or this entry',
        }),
      ]
    : []

const itemAddress = (item: Item): string =>
  addressOf({ kind: item.kind, tenant: tenantOf(item), name: nameOf(item) })
