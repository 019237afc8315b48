import { compareText } from '../../base/compare.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'
import { isJsonObject, type JsonObject } from '../../base/json.ts'
import { nearest } from '../../base/nearest.ts'
import { diagnostic } from '../codes.ts'
import { glob } from '../glob.ts'
import type { ParsedDocument } from '../parse.ts'
import type { Item } from '../schema.ts'
import { isConflict, patched, removalsOf, type Write, writesOf } from './merge.ts'
import { checkOperators } from './operators.ts'
import { type Part, partAt } from './part.ts'

/** One patch that counts here, and what it did so far. */
interface Patch {
  readonly item: Item<'Patch'>
  readonly name: string
  readonly order: number
  readonly part: Part
  readonly writes: readonly Write[]
  readonly took: Set<string>
  matches(identity: Identity): boolean
}

/** What a selector can look at. */
interface Identity {
  readonly kind: unknown
  readonly tenant: string
  readonly name: string
  readonly labels: JsonObject
}

export interface Patches {
  /** In the order in which they come. */
  on(document: ParsedDocument): readonly Patch[]
  /** What cannot be known before all documents were looked at. */
  left(): readonly Diagnostic[]
  readonly diagnostics: readonly Diagnostic[]
}

export function patchesOf(items: readonly Item[], documents: readonly ParsedDocument[]): Patches {
  const all = items.filter((item) => item.kind === 'Patch')
  const wrong = new Map(
    all.map((item) => [item, checkOperators(item.source, ['spec', 'patch'], patchIn(item))]),
  )
  const usable = all
    .filter((item) => wrong.get(item)?.length === 0)
    .map(patchFrom)
    .sort((left, right) => left.order - right.order || compareText(left.name, right.name))
  const byKind = Map.groupBy(usable, ({ item }) => item.document.spec.target.kind as unknown)
  const matched = new Set<Patch>()
  const conflicts = new Map<string, Diagnostic>()
  return {
    diagnostics: [...wrong.values()].flat(),
    on(document) {
      const candidates = byKind.get(isJsonObject(document.value) ? document.value.kind : '') ?? []
      if (candidates.length === 0) return []
      const identity = identityOf(document)
      const found = candidates.filter((patch) => patch.matches(identity))
      for (const patch of found) matched.add(patch)
      // Of many objects, the first one stands for all.
      for (const { key, conflict } of conflictsOf(found, identity))
        if (!conflicts.has(key)) conflicts.set(key, conflict)
      return found
    },
    left: () => [
      ...conflicts.values(),
      ...usable.flatMap((patch) =>
        matched.has(patch) ? withoutEffect(patch) : [withoutTarget(patch, documents)],
      ),
    ],
  }
}

/** The object as the patch leaves it. */
export const applied = (object: Part, patch: Patch): Part =>
  patched(object, patch.part, ({ trace }) => void patch.took.add(trace.path.join('\0'))) ?? object

const patchIn = ({ document }: Item<'Patch'>) => document.spec.patch as unknown as JsonObject

function patchFrom(item: Item<'Patch'>): Patch {
  const { target, order = 0 } = item.document.spec
  const patterns = [target.tenant, target.name].map((each) => glob(each ?? '**'))
  return {
    item,
    name: item.document.metadata.name,
    order,
    part: partAt(item.source, ['spec', 'patch'], patchIn(item)),
    writes: writesOf(patchIn(item)),
    took: new Set(),
    matches: ({ tenant, name, labels }) =>
      patterns[0]?.test(tenant) === true &&
      patterns[1]?.test(name) === true &&
      Object.entries(target.labels ?? {}).every(([label, value]) => labels[label] === value),
  }
}

function identityOf({ value }: ParsedDocument): Identity {
  const { kind, metadata } = isJsonObject(value) ? value : {}
  const { tenant, name, labels } = isJsonObject(metadata) ? metadata : {}
  return {
    kind,
    tenant: typeof tenant === 'string' ? tenant : '',
    name: typeof name === 'string' ? name : '',
    labels: isJsonObject(labels) ? labels : {},
  }
}

/** Patches of one order have no order. */
function conflictsOf(patches: readonly Patch[], identity: Identity) {
  return patches.flatMap((later, index) =>
    patches
      .slice(0, index)
      .filter(({ order }) => order === later.order)
      .flatMap((earlier) =>
        later.writes.flatMap((write) => {
          const other = earlier.writes.find((each) => isConflict(each, write))
          if (other === undefined) return []
          const conflict = disagree([earlier, other], [later, write], identity)
          return [{ key: [earlier.name, later.name, ...write.path].join('\0'), conflict }]
        }),
      ),
  )
}

function disagree(
  [earlier, first]: readonly [Patch, Write],
  [later, second]: readonly [Patch, Write],
  { kind, tenant, name }: Identity,
): Diagnostic {
  const place = ({ item }: Patch, { path }: Write) => item.source.at(['spec', 'patch', ...path])
  const object = [kind, ...(tenant === '' ? [] : [tenant]), name].join('/')
  const message = `patches "${earlier.name}" and "${later.name}" disagree about ${second.path.join('.')} of ${object}`
  return diagnostic('TIDP1235', place(later, second), message, {
    hint: 'give the one that should win a higher order',
    related: [{ message: 'the other one is here', at: place(earlier, first) }],
  })
}

const withoutEffect = ({ part, took, item }: Patch): Diagnostic[] =>
  removalsOf(part)
    .filter(({ trace }) => !took.has(trace.path.join('\0')))
    .map(({ trace }) =>
      diagnostic('TIDP1237', item.source.at(trace.path), 'none of the objects has this', {
        hint: 'remove it from the patch, or correct it',
      }),
    )

/** Told at the first part of the selector that nothing fits. */
function withoutTarget({ item }: Patch, documents: readonly ParsedDocument[]): Diagnostic {
  const { kind, tenant, name } = item.document.spec.target
  const ofKind = documents.map(identityOf).filter((each) => each.kind === kind)
  const inTenant = ofKind.filter((each) => glob(tenant ?? '**').test(each.tenant))
  const named = inTenant.filter((each) => glob(name ?? '**').test(each.name))
  const at = (field: string) => item.source.at(['spec', 'target', field])
  const tell = (field: string, message: string, meant?: string) =>
    diagnostic('TIDP1234', at(field), message, {
      hint:
        meant === undefined
          ? 'correct the target, or remove the patch'
          : `did you mean "${meant}"?`,
      fixes:
        meant === undefined ? [] : [{ description: `write ${meant}`, at: at(field), text: meant }],
    })
  if (ofKind.length === 0) return tell('kind', `there is no ${kind}`)
  if (inTenant.length === 0)
    return tell(
      'tenant',
      `there is no ${kind} in a tenant "${tenant}"`,
      nearest(
        tenant ?? '',
        ofKind.map((each) => each.tenant),
      ),
    )
  if (named.length === 0)
    return tell(
      'name',
      `there is no ${kind} "${name}"${tenant === undefined ? '' : ` in tenant "${tenant}"`}`,
      nearest(
        name ?? '',
        inTenant.map((each) => each.name),
      ),
    )
  return tell('labels', `no ${kind} has these labels`)
}
