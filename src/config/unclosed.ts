import { type Document, isCollection, isScalar, visit, type YAMLError } from 'yaml'

/** What was opened and, as far as the parser can tell, never closed: offsets of its first character. */
export interface Unclosed {
  readonly at: number
  readonly opening: string
  readonly closing: string
}

const CLOSING: Readonly<Record<string, string>> = { '[': ']', '{': '}', '"': '"', "'": "'" }

/** The opening that explains the error, when that is what it is: what comes after it only suffers from it. */
export function unclosedBefore(
  { message, pos: [found] }: YAMLError,
  documents: readonly Document.Parsed[],
  text: string,
): Unclosed | undefined {
  if (!/Missing closing|and end with a [\]}]/.test(message)) return undefined
  let last: number | undefined
  for (const document of documents)
    visit(document, {
      Node(_key, node) {
        if (!isQuoted(node) && !(isCollection(node) && node.flow)) return
        const [start, end] = node.range ?? [0, 0]
        if (start < found && !isClosed(text, start, end)) last = start
      },
    })
  if (last === undefined) return undefined
  const opening = text.charAt(last)
  return { at: last, opening, closing: CLOSING[opening] ?? opening }
}

const isQuoted = (node: unknown): boolean =>
  isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE')

const isClosed = (text: string, start: number, end: number): boolean =>
  end - start > 1 && text.charAt(end - 1) === CLOSING[text.charAt(start)]
