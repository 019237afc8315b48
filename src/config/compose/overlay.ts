import type { Diagnostic } from '../../base/diagnostic.ts'
import { isJsonObject, type Json } from '../../base/json.ts'
import { nearest } from '../../base/nearest.ts'
import { diagnostic } from '../codes.ts'
import type { ParsedDocument } from '../parse.ts'
import { checkSchemas, type Item } from '../schema.ts'
import { writtenName } from '../written-name.ts'
import { assembled, originIn } from './assemble.ts'
import { filled } from './merge.ts'
import { mapOf, membersOf, originAt, type Part, partAt } from './part.ts'
import { applied, type Patches, patchesOf } from './patches.ts'
import { type Profiles, profileIn, profilesOf } from './profile.ts'

export interface Overlaid {
  /** Without those of which nobody can tell what they would be. */
  readonly documents: readonly ParsedDocument[]
  /** The profiles and patches themselves. */
  readonly items: readonly Item[]
  readonly diagnostics: readonly Diagnostic[]
}

export interface Environments {
  readonly chosen: string
  readonly all: readonly string[]
  /** Names of profiles that cannot be used, which was told. */
  readonly broken: ReadonlySet<string>
}

/** Documents with their profiles below them and the patches that fit on top. */
export function overlaid(
  documents: readonly ParsedDocument[],
  environments: Environments,
): Overlaid {
  const { items, diagnostics } = checkSchemas(documents.filter(isOverlay))
  const objects = documents.filter((document) => !isOverlay(document))
  const valid = new Set(items.map(({ source }) => source))
  const broken = new Set([
    ...environments.broken,
    ...documents.filter((each) => isOverlay(each) && !valid.has(each)).map(writtenName),
  ])
  const counting = items.filter((item) => isInForce(item, environments.chosen))
  const profiles = profilesOf(items, broken)
  const patches = patchesOf(counting, objects)
  const made = objects.map((object) => composed(object, profiles, patches))
  const found = [
    ...diagnostics,
    ...items.flatMap((item) => unknownEnvironments(item, environments.all)),
    ...patches.diagnostics,
    ...made.flatMap((each) => each.diagnostics),
  ]
  return {
    documents: made.flatMap(({ document }) => (document === undefined ? [] : [document])),
    items,
    // What is wrong already may be why nothing fits.
    diagnostics: found.length > 0 ? found : [...patches.left(), ...profiles.unused()],
  }
}

const isOverlay = ({ value }: ParsedDocument): boolean =>
  isJsonObject(value) && (value.kind === 'Profile' || value.kind === 'Patch')

/** Whether a patch counts in this environment. */
export function isElsewhere({ value }: ParsedDocument, environment: string): boolean {
  if (!isJsonObject(value) || value.kind !== 'Patch' || !isJsonObject(value.spec)) return false
  const { environments } = value.spec
  return Array.isArray(environments) && !environments.includes(environment)
}

const isInForce = ({ source }: Item, environment: string): boolean =>
  !isElsewhere(source, environment)

interface Made {
  readonly document?: ParsedDocument
  readonly diagnostics: readonly Diagnostic[]
}

function composed(document: ParsedDocument, profiles: Profiles, patches: Patches): Made {
  const { value } = document
  if (!isJsonObject(value)) return { document, diagnostics: [] }
  const fitting = patches.on(document)
  const naming = fitting.findLast(({ item }) => profileIn(item.document.spec.patch.spec))
  const own = profileIn(value.spec)
  const name = profileIn(naming?.item.document.spec.patch.spec) ?? own
  if (name === undefined && fitting.length === 0) return { document, diagnostics: [] }

  const use = { kind: value.kind, name: name ?? '' }
  const found =
    name === undefined
      ? undefined
      : profiles.defaultsFor(
          naming === undefined
            ? { ...use, named: document, path: ['spec', 'profile'] }
            : { ...use, named: naming.item.source, path: ['spec', 'patch', 'spec', 'profile'] },
        )
  if (found !== undefined && 'refused' in found) return { diagnostics: found.refused }
  const whole = partAt(document, [], value as Json)
  const base = found === undefined ? whole : withDefaults(whole, found.defaults)
  const made = fitting.reduce(applied, base)
  const raw = originIn(document, []).source
  return {
    document: assembled(raw, made.value, (path) => originAt(made.trace, path)),
    diagnostics: [],
  }
}

function withDefaults(whole: Part, defaults: Part): Part {
  const members = new Map(membersOf(whole))
  members.set('spec', filled(members.get('spec'), defaults))
  return mapOf(whole.trace, members)
}

function unknownEnvironments(item: Item, known: readonly string[]): readonly Diagnostic[] {
  if (item.kind !== 'Patch') return []
  return (item.document.spec.environments ?? []).flatMap((name, index) => {
    if (known.includes(name)) return []
    const meant = nearest(name, known)
    const at = item.source.at(['spec', 'environments', index])
    return diagnostic('TIDP1203', at, `unknown environment "${name}"`, {
      hint: meant === undefined ? `there are ${known.join(', ')}` : `did you mean "${meant}"?`,
      fixes: meant === undefined ? [] : [{ description: `write ${meant}`, at, text: meant }],
    })
  })
}
