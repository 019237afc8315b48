import { type Document, isMap, isScalar, isSeq, parseAllDocuments } from 'yaml'

/** Offsets in a source: from the first to before the second. */
type Span = readonly [from: number, to: number]

/** Where documents write what tokens say to everybody, `spec.claims[].value`: it has the name of a secret and is none. */
export function toldIn(source: string): readonly Span[] {
  if (!/\bclaims\b/.test(source)) return []
  const documents = parseAllDocuments(source)
  return 'empty' in documents ? [] : documents.flatMap(toldBy)
}

/** Of what cannot be read nobody knows which is which. */
function toldBy(document: Document.Parsed): readonly Span[] {
  if (document.errors.length > 0 || !isMap(document.contents)) return []
  const claims = document.getIn(['spec', 'claims'], true)
  const entries = isSeq(claims) ? claims.items : []
  return entries.flatMap((entry): readonly Span[] => {
    const value = isMap(entry) ? entry.get('value', true) : undefined
    return isScalar(value) && value.range ? [[value.range[0], value.range[1]]] : []
  })
}
