import { isUtf8 } from 'node:buffer'
import type { Diagnostic, Position } from '../../base/diagnostic.ts'
import type { Json } from '../../base/json.ts'
import { type Code, diagnostic, startOf } from '../codes.ts'
import type { SourceFile } from '../load.ts'
import { parse } from '../parse.ts'
import { JsonProblem, readJson } from './json.ts'

/** What is read of an export: JSON of a large realm, and much less of YAML, which costs more. */
export const MAX_IMPORT_BYTES = 32 * 1024 * 1024
const MAX_YAML_BYTES = 10 * 1024 * 1024

interface Read {
  readonly values: readonly Json[]
  readonly diagnostics: readonly Diagnostic[]
}

/** The values of a file, JSON or YAML: one, or several after each other. */
export function readExport(source: SourceFile): Read {
  const { file, bytes } = source
  const refuse = (found: Diagnostic): Read => ({ values: [], diagnostics: [found] })
  if (bytes.length > MAX_IMPORT_BYTES) return refuse(tooLarge(file, MAX_IMPORT_BYTES))
  if (!isUtf8(bytes))
    return refuse(
      diagnostic('TIDP0002', startOf(file), 'the file is not UTF-8 text', {
        hint: 'save it as UTF-8; UTF-16 and Latin-1 are not read',
      }),
    )
  const text = bytes.toString('utf8')
  if (/^\uFEFF?\s*$/.test(text))
    return refuse(
      diagnostic('TIDP1003', startOf(file), 'the file is empty', {
        hint: 'export again, and see that the export ended well',
      }),
    )
  if (/^\uFEFF?\s*[{[]/.test(text)) return readAsJson(file, text)
  if (bytes.length > MAX_YAML_BYTES) return refuse(tooLarge(file, MAX_YAML_BYTES))
  const { documents, diagnostics } = parse({ file, bytes: Buffer.from(quotedKeywords(text)) })
  return { values: documents.map(({ value }) => value as Json), diagnostics }
}

const tooLarge = (file: string, limit: number): Diagnostic =>
  diagnostic('TIDP0012', startOf(file), `${file} has more than ${limit / 1024 / 1024} MB`, {
    hint: 'export without users, or in parts: each part can be imported by itself',
  })

const CODE_OF: Readonly<Record<JsonProblem['why'], Code>> = {
  syntax: 'TIDP0001',
  twice: 'TIDP0003',
  deep: 'TIDP0008',
  forbidden: 'TIDP0010',
}

function readAsJson(file: string, text: string): Read {
  try {
    return { values: readJson(text), diagnostics: [] }
  } catch (problem) {
    if (!(problem instanceof JsonProblem)) throw problem
    const at = placeOf(file, text, problem)
    const message =
      problem.why === 'syntax' ? `not valid JSON: ${problem.message}` : problem.message
    return { values: [], diagnostics: [diagnostic(CODE_OF[problem.why], at, message)] }
  }
}

function placeOf(file: string, text: string, { start, end }: JsonProblem): Position {
  const before = text.slice(0, start).split('\n')
  const line = before.length
  const column = (before.at(-1)?.length ?? 0) + 1
  return { file, line, column, endLine: line, endColumn: column + end - start }
}

/** The Auth0 deploy CLI puts lists in the place of such words, and until then they are not YAML. */
const quotedKeywords = (text: string): string =>
  text.replaceAll(/(?<=[:,[-][ \t]+|\[)@@[A-Za-z0-9_]+@@(?=[ \t]*(?:$|[,\]}#]))/gm, '"$&"')
