import type { Diagnostic } from '../../base/diagnostic.ts'
import { printable } from '../printable.ts'
import { type Findings, fullText } from './findings.ts'

/** A step of GitHub Actions shows ten of each, and says nothing of the rest. */
const MOST = 10

/** Commands that a runner of GitHub Actions takes for annotations. */
export function githubReport({ diagnostics, remarks, failure, pathOf }: Findings): string {
  const of = (wanted: Diagnostic['severity']): readonly Diagnostic[] =>
    diagnostics.filter(({ severity }) => severity === wanted)
  const [errors, warnings] = [of('error'), of('warning')]
  const shown = [...errors.slice(0, MOST), ...warnings.slice(0, MOST)]
  const left = diagnostics.length - shown.length
  return [
    ...shown.map((each) => annotation(each, pathOf(each.at.file))),
    ...remarks.map(({ message }) => `::warning title=tokenidp::${data(message)}`),
    ...(left > 0 ? [`::notice title=tokenidp::and ${left} more, which GitHub would not show`] : []),
    ...(failure === undefined ? [] : [`::error title=tokenidp::${data(failure)}`]),
  ]
    .map((line) => `${line}\n`)
    .join('')
}

function annotation(found: Diagnostic, path: string): string {
  const { severity, code, at } = found
  // Columns are taken only where both ends are on one line.
  const columns = at.line === at.endLine ? { col: at.column, endColumn: at.endColumn } : {}
  const properties = Object.entries({ file: path, line: at.line, endLine: at.endLine, ...columns })
    .map(([name, value]) => `${name}=${property(String(value))}`)
    .join(',')
  return `::${severity} ${properties},title=${code}::${data(fullText(found))}`
}

const data = (text: string): string =>
  text.replaceAll('%', '%25').split('\n').map(printable).join('%0A')

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
