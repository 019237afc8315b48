import type { Diagnostic, Fix, Position } from '../../base/diagnostic.ts'
import { sha256 } from '../../base/digest.ts'
import { CODES, type Code } from '../../config/codes.ts'
import { pageOf } from '../../config/explain.ts'
import { masked } from '../../config/mask.ts'
import { tool } from '../tool.ts'
import { type Findings, fullText, gravest, isOurs } from './findings.ts'

/** GitHub takes 25,000 results of a run and shows 5,000 of them. */
const MOST = 5000

/** What code scanning reads: SARIF 2.1.0 (OASIS). */
export function sarifReport(findings: Findings): string {
  const shown = gravest(findings.diagnostics, MOST)
  const codes = [...new Set(shown.map(({ code }) => code))].filter(isOurs).sort()
  const indexes = new Map<string, number>(codes.map((code, index) => [code, index]))
  const printOf = fingerprints(findings)
  const run = {
    tool: {
      driver: {
        name: tool.name,
        semanticVersion: tool.version,
        version: tool.version,
        rules: codes.map((code) => ruleOf(code, shown)),
      },
    },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { SRCROOT: { description: { text: 'The top of the repository.' } } },
    invocations: [
      {
        executionSuccessful: findings.failure === undefined,
        toolExecutionNotifications: notesOf(findings, shown.length),
      },
    ],
    results: shown.map((found) => ({
      ruleId: found.code,
      ruleIndex: indexes.get(found.code) ?? -1,
      level: found.severity,
      message: { text: fullText(found) },
      locations: [{ physicalLocation: locationOf(found.at, findings) }],
      ...relatedOf(found, findings),
      partialFingerprints: { 'tokenidpFinding/v1': printOf(found) },
      ...fixesOf(found.fixes, findings),
    })),
  }
  const schema = 'https://json.schemastore.org/sarif-2.1.0.json'
  return `${JSON.stringify({ $schema: schema, version: '2.1.0', runs: [run] })}\n`
}

function ruleOf(code: Code, shown: readonly Diagnostic[]) {
  const page = pageOf(code)
  const [, means = CODES[code], matters = ''] = page.split('\n\n')
  const isError = shown.some((each) => each.code === code && each.severity === 'error')
  const group = GROUPS[code.slice(4, 5)]
  return {
    id: code,
    name: code,
    shortDescription: { text: CODES[code] },
    fullDescription: { text: unwrapped(means) },
    help: { text: `${unwrapped(means)} ${unwrapped(matters)}`.trim(), markdown: page },
    defaultConfiguration: { level: isError ? 'error' : 'warning' },
    ...(group === undefined ? {} : { properties: { tags: [group] } }),
  }
}

const GROUPS: Readonly<Record<string, string>> = {
  0: 'syntax',
  1: 'schema',
  2: 'security',
  3: 'correctness',
  4: 'plan',
}

const unwrapped = (text: string): string => text.replaceAll('\n', ' ').trim()

const locationOf = (
  { file, line, column, endLine, endColumn }: Position,
  { pathOf }: Findings,
) => ({
  artifactLocation: artifactOf(pathOf(file)),
  region: { startLine: line, startColumn: column, endLine, endColumn },
})

const artifactOf = (path: string) => ({
  uri: path.split('/').map(encodeURIComponent).join('/'),
  uriBaseId: 'SRCROOT',
})

const relatedOf = ({ related }: Diagnostic, findings: Findings) =>
  related.length === 0
    ? {}
    : {
        relatedLocations: related.map(({ message, at }, id) => ({
          id,
          message: { text: message },
          physicalLocation: locationOf(at, findings),
        })),
      }

const fixesOf = (fixes: readonly Fix[], findings: Findings) =>
  fixes.length === 0
    ? {}
    : {
        fixes: fixes.map(({ description, at, text }) => ({
          description: { text: description },
          artifactChanges: [
            {
              artifactLocation: artifactOf(findings.pathOf(at.file)),
              replacements: [
                { deletedRegion: locationOf(at, findings).region, insertedContent: { text } },
              ],
            },
          ],
        })),
      }

function notesOf({ diagnostics, remarks, failure }: Findings, shown: number) {
  const left = diagnostics.length - shown
  const cut = `${left} findings of ${diagnostics.length} are left out: code scanning shows ${MOST}, errors first`
  return [
    ...(left > 0 ? [{ level: 'warning', message: { text: cut } }] : []),
    ...remarks.map(({ message }) => ({ level: 'warning', message: { text: message } })),
    ...(failure === undefined ? [] : [{ level: 'error', message: { text: failure } }]),
  ]
}

/**
 * The same finding has the same one after lines were added above it: it is made of the code, the file and the
 * text of the line, and counts those that are alike. Of a line with a secret, of what is shown of it.
 */
function fingerprints({ sources }: Findings): (found: Diagnostic) => string {
  const lines = new Map<string, readonly string[]>()
  const seen = new Map<string, number>()
  return ({ code, at }) => {
    const known = lines.get(at.file) ?? (sources.get(at.file) ?? '').split('\n')
    lines.set(at.file, known)
    const text = masked((known[at.line - 1] ?? '').trim())
    const key = [code, at.file, text].join('\0')
    const count = seen.get(key) ?? 0
    seen.set(key, count + 1)
    return sha256(`${key}\0${count}`).toString('hex').slice(0, 32)
  }
}
