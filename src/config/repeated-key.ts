import { type Document, isScalar, visit, type YAMLMap } from 'yaml'

type Range = readonly [start: number, end: number]

/** Where each key that is written again was written first, by the offset of the repetition. */
export function firstOfRepeated(documents: readonly Document.Parsed[]): ReadonlyMap<number, Range> {
  const firsts = new Map<number, Range>()
  for (const document of documents)
    visit(document, {
      Map: (_, map) => {
        for (const [repeated, first] of repetitionsIn(map)) firsts.set(repeated, first)
      },
    })
  return firsts
}

function repetitionsIn(map: YAMLMap): (readonly [number, Range])[] {
  const keys = map.items.flatMap(({ key }) =>
    isScalar(key) && key.range ? [{ value: key.value, range: key.range }] : [],
  )
  return [...Map.groupBy(keys, ({ value }) => value).values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : others.map(({ range }) => [range[0], [first.range[0], first.range[1]]] as const),
  )
}
