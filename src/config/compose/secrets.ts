import type { Diagnostic } from '../../base/diagnostic.ts'
import { diagnostic } from '../codes.ts'
import type { Path } from '../locate.ts'
import type { Item } from '../schema.ts'

/** Values of variables are printed, and may come from a command line, which everybody on the machine can read. */
export const secretsOfStandIns = (items: readonly Item[]): readonly Diagnostic[] =>
  items.flatMap((item) => {
    const { originOf } = item.source
    if (originOf === undefined) return []
    return literalsIn(item)
      .filter((path) => originOf(path).standIns.length > 0)
      .map((path) =>
        diagnostic(
          'TIDP2057',
          item.source.at(path),
          'a secret cannot come by way of a placeholder',
          {
            hint: 'write { fromEnv: NAME } or { fromFile: path }; the name or the path may have variables',
          },
        ),
      )
  })

/** Where secrets are written out. */
function literalsIn(item: Item): readonly Path[] {
  if (item.kind === 'User')
    return (['password', 'cibaUserCode'] as const)
      .filter((field) => typeof item.document.spec[field] === 'string')
      .map((field) => ['spec', field])
  if (item.kind !== 'Application') return []
  return (item.document.spec.clientAuth?.secrets ?? []).flatMap(({ value }, index) =>
    typeof value === 'string' ? [['spec', 'clientAuth', 'secrets', index, 'value']] : [],
  )
}
