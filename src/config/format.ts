import { isDeepStrictEqual } from 'node:util'
import { type Document, isCollection, isNode, Lexer, parseAllDocuments, visit } from 'yaml'
import { isSopsDocument } from './sops/tree.ts'

/** The text in canonical form; undefined where the form cannot be had without losing something. */
export function formatted(text: string): string | undefined {
  try {
    return settled(text)
  } catch (error) {
    // An alias of nothing.
    if (error instanceof Error && error.message.startsWith('Unresolved alias')) return undefined
    throw error
  }
}

function settled(text: string): string | undefined {
  const documents = read(text)
  if (documents === undefined) return text.trim() === '' ? '' : withoutTails(text)
  if (documents.some(({ errors, warnings }) => errors.length + warnings.length > 0))
    return undefined
  // Theirs is the form of SOPS.
  if (documents.some(isSopsDocument)) return text
  const once = print(documents)
  const twice = print(read(once) ?? [])
  return isSame(text, twice) && print(read(twice) ?? []) === twice ? twice : undefined
}

/** Undefined where there is no document at all: nothing, or comments. */
function read(text: string): readonly Document.Parsed[] | undefined {
  const documents = parseAllDocuments(text, { merge: true, prettyErrors: false })
  return Array.isArray(documents) && documents.length > 0 ? documents : undefined
}

/** Block style, two spaces, lines as long as they are; comments where they were. */
function print(documents: readonly Document.Parsed[]): string {
  return documents
    .map((document) => {
      visit(document, {
        Collection(_key, node) {
          if (isCollection(node) && node.items.length > 0) node.flow = false
        },
      })
      return document.toString({
        lineWidth: 0,
        // A text with escapes stays on its line.
        doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
      })
    })
    .join('')
}

/** Whether both mean the same and have the same comments in the same order. */
function isSame(before: string, after: string): boolean {
  const values = valuesOf(before)
  return (
    values !== undefined &&
    isDeepStrictEqual(values, valuesOf(after)) &&
    isDeepStrictEqual(commentsOf(before), commentsOf(after))
  )
}

/** Undefined where it means nothing: what is merged is no map, or what it is merged into. */
function valuesOf(text: string): readonly unknown[] | undefined {
  try {
    return (read(text) ?? [])
      .filter(({ contents }) => isNode(contents))
      .map((document) => document.toJS({ maxAliasCount: 1000 }))
  } catch {
    return undefined
  }
}

const commentsOf = (text: string): readonly string[] =>
  [...new Lexer().lex(text)]
    .filter((token) => token.startsWith('#'))
    .map((token) => token.trimEnd())

const withoutTails = (text: string): string =>
  `${text
    .replaceAll(/[ \t\r]+$/gm, '')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()}\n`
