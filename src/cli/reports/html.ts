import { stripVTControlCharacters } from 'node:util'
import type { Diagnostic } from '../../base/diagnostic.ts'
import { pageOf } from '../../config/explain.ts'
import { counted } from '../show-diagnostics.ts'
import { tool } from '../tool.ts'
import { type Findings, fullText, gravest, isOurs, placeText } from './findings.ts'
import { escaped } from './markup.ts'

/** A browser shows no more without becoming slow. */
const MOST = 5000

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1b1b1f;background:#fff}
pre{font:13px/1.5 ui-monospace,monospace;white-space:pre-wrap;background:#f4f4f6;padding:1rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #d8d8de}
td p{margin:0;white-space:pre-wrap}.error{color:#a3141b}.warning{color:#7a4b00}
@media(prefers-color-scheme:dark){body{color:#e6e6ea;background:#17171a}pre{background:#232328}.error{color:#ff8d8d}.warning{color:#ffc46b}}`

/** One page without scripts, that loads nothing: what the command said, and what it found. */
export function htmlReport(findings: Findings): string {
  const { diagnostics, remarks, failure, text, pathOf } = findings
  const shown = gravest(diagnostics, MOST)
  const left = diagnostics.length - shown.length
  const title = failure === undefined ? 'tokenidp' : `tokenidp: ${failure}`
  const said = stripVTControlCharacters(text).trim()
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    `<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    `<h1>${escaped(title)}</h1>`,
    ...(said === '' ? [] : [`<pre>${escaped(said)}</pre>`]),
    ...remarks.map(({ message }) => `<p class="warning">${escaped(message)}</p>`),
    `<h2>${countOf(diagnostics)}</h2>`,
    ...(shown.length === 0 ? [] : table(shown, pathOf)),
    ...(left > 0 ? [`<p>and ${left} more, errors first</p>`] : []),
    `<p><small>tokenidp ${escaped(tool.version)}</small></p>`,
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

function countOf(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  return `${counted(errors, 'error')}, ${counted(diagnostics.length - errors, 'warning')}`
}

const table = (shown: readonly Diagnostic[], pathOf: Findings['pathOf']): readonly string[] => [
  '<table>',
  '<thead><tr><th>Code</th><th>Where</th><th>What</th></tr></thead>',
  '<tbody>',
  ...shown.map((each) => row(each, pathOf(each.at.file))),
  '</tbody>',
  '</table>',
]

function row(found: Diagnostic, path: string): string {
  const { code, severity, at } = found
  const [, means = ''] = isOurs(code) ? pageOf(code).split('\n\n') : []
  return [
    `<tr><td class="${severity}" title="${escaped(means)}">${severity} ${code}</td>`,
    `<td>${escaped(placeText(at, path))}</td>`,
    `<td><p>${escaped(fullText(found))}</p></td></tr>`,
  ].join('')
}
