import type { Diagnostic } from '../../base/diagnostic.ts'
import { isJsonObject, type Json } from '../../base/json.ts'
import { nearest } from '../../base/nearest.ts'
import { diagnostic } from '../codes.ts'
import type { ParsedDocument } from '../parse.ts'
import type { Item } from '../schema.ts'
import { type Part, partAt } from './part.ts'

export interface Profiles {
  /** The defaults for a document that names a profile; nothing where it names none. */
  defaultsFor(use: ProfileUse): Defaults
  unused(): readonly Diagnostic[]
}

export interface ProfileUse {
  readonly kind: Json | undefined
  readonly name: string
  /** Where the name is written: by the document itself, or by a patch. */
  readonly named: ParsedDocument
  readonly path: readonly string[]
}

type Defaults = { readonly defaults: Part } | { readonly refused: readonly Diagnostic[] }

/** `broken` are those that cannot be used, which was told. */
export function profilesOf(items: readonly Item[], broken: ReadonlySet<string>): Profiles {
  const profiles = items.filter((item) => item.kind === 'Profile')
  const byName = new Map(profiles.map((item) => [item.document.metadata.name, item]))
  const used = new Set<string>()
  return {
    defaultsFor({ kind, name, named, path }) {
      used.add(name)
      const at = named.at(path)
      const profile = byName.get(name)
      if (profile === undefined)
        return { refused: broken.has(name) ? [] : [unknownProfile(name, at, byName)] }
      const { kind: meant, defaults } = profile.document.spec
      if (meant === kind)
        return { defaults: partAt(profile.source, ['spec', 'defaults'], defaults) }
      const message = `the profile "${name}" is for ${meant}, not for ${String(kind)}`
      const related = [{ message: 'it says so here', at: profile.source.at(['spec', 'kind']) }]
      return { refused: [diagnostic('TIDP1232', at, message, { related })] }
    },
    unused: () =>
      profiles
        .filter(({ document }) => !used.has(document.metadata.name))
        .map(({ document, source }) =>
          diagnostic(
            'TIDP1233',
            source.at(['metadata', 'name']),
            `no document names the profile "${document.metadata.name}"`,
            { severity: 'warning', hint: 'name it in spec.profile, or remove it' },
          ),
        ),
  }
}

function unknownProfile(
  name: string,
  at: Diagnostic['at'],
  known: ReadonlyMap<string, Item<'Profile'>>,
): Diagnostic {
  const meant = nearest(name, known.keys())
  const definition = known.get(meant ?? '')?.source.at(['metadata', 'name'])
  return diagnostic('TIDP1203', at, `unknown profile "${name}"`, {
    hint:
      meant === undefined ? 'a document of kind: Profile defines one' : `did you mean "${meant}"?`,
    fixes: meant === undefined ? [] : [{ description: `write ${meant}`, at, text: meant }],
    related: definition ? [{ message: `"${meant}" is defined here`, at: definition }] : [],
  })
}

/** The name that a spec writes, if it is one. */
export function profileIn(spec: unknown): string | undefined {
  const name = isJsonObject(spec) ? spec.profile : undefined
  return typeof name === 'string' ? name : undefined
}
