/** Documents of an older version of the format → the same of a newer one, with their comments. Writes no file. */

import { isDeepStrictEqual } from 'node:util'
import { type Document, isMap, isScalar, Lexer, parseAllDocuments } from 'yaml'
import type { Diagnostic } from '../../base/diagnostic.ts'
import { isJsonObject } from '../../base/json.ts'
import { diagnostic } from '../codes.ts'
import { type ParsedDocument, parse } from '../parse.ts'
import { apiVersionOf, type Ladder, stepsBetween, versionMeant } from './ladder.ts'

export { LADDER } from './ladder.ts'

export interface Upgrade {
  /** The same as before where there is nothing to do. */
  readonly text: string
  /** What was done, in words, with the line of its document. */
  readonly did: readonly { readonly line: number; readonly what: string }[]
  readonly diagnostics: readonly Diagnostic[]
  /** It cannot be written without a comment being lost. */
  readonly isLossy?: true
}

/** One file, all of it or nothing. */
export function upgraded(file: string, text: string, to: string, ladder: Ladder): Upgrade {
  const unchanged = (diagnostics: readonly Diagnostic[]): Upgrade => ({
    text,
    did: [],
    diagnostics,
  })
  const read = parse({ file, bytes: Buffer.from(text) })
  const refused = [
    ...read.diagnostics,
    ...read.documents.flatMap((each) => refusal(each, to, ladder)),
  ]
  if (refused.length > 0) return unchanged(refused)
  const documents = nodesOf(text)
  const did = documents.flatMap((document) => {
    const line = lineOf(document, text)
    return changed(document, to, ladder).map((what) => ({ line, what }))
  })
  if (did.length === 0) return unchanged([])
  const made = documents.map((document) => document.toString({ lineWidth: 0 })).join('')
  if (isDeepStrictEqual(commentsOf(made), commentsOf(text)))
    return { text: made, did, diagnostics: [] }
  return { ...unchanged([]), isLossy: true }
}

function refusal(document: ParsedDocument, to: string, ladder: Ladder): readonly Diagnostic[] {
  const { value } = document
  if (!isJsonObject(value) || value.kind === undefined) return []
  const { apiVersion } = value
  const known = ladder.versions.map(apiVersionOf).join(', ')
  const at = document.at(['apiVersion'])
  const from = versionMeant(apiVersion, ladder)
  if (from === undefined)
    return [
      diagnostic(
        'TIDP1002',
        at,
        `the apiVersion ${JSON.stringify(apiVersion ?? null)} is not known`,
        {
          hint: `known here: ${known}; a newer one needs a newer tokenidp`,
        },
      ),
    ]
  if (stepsBetween(from, to, ladder) !== undefined) return []
  return [
    diagnostic('TIDP1002', at, `there is no way from ${from} to ${to}`, {
      hint: 'documents are made newer and never older',
    }),
  ]
}

/** Rewrites one document; answers what was done. */
function changed(document: Document, to: string, ladder: Ladder): readonly string[] {
  const { contents } = document
  if (!isMap(contents) || !contents.has('kind')) return []
  const written = contents.get('apiVersion', true)
  if (!isScalar(written)) return []
  const from = versionMeant(written.value, ladder) ?? to
  const steps = stepsBetween(from, to, ladder) ?? []
  const done = steps.flatMap((step) => step.upgrade(document))
  const before = String(written.value)
  if (before === apiVersionOf(to)) return done
  written.value = apiVersionOf(to)
  return [`apiVersion ${before} is now ${apiVersionOf(to)}`, ...done]
}

function nodesOf(text: string): readonly Document.Parsed[] {
  const documents = parseAllDocuments(text, { merge: true })
  return Array.isArray(documents) ? documents : []
}

const lineOf = ({ contents }: Document.Parsed, text: string): number =>
  text.slice(0, contents?.range[0] ?? 0).split('\n').length

const commentsOf = (text: string): readonly string[] =>
  [...new Lexer().lex(text)]
    .filter((token) => token.startsWith('#'))
    .map((token) => token.trimEnd())
