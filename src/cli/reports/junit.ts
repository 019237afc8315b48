import type { Diagnostic } from '../../base/diagnostic.ts'
import { type Findings, fullText, placeText } from './findings.ts'
import { escaped } from './markup.ts'

/** One test for each thing that was tried; else for each error and for each file without one, with warnings beside. */
export function junitReport(findings: Findings): string {
  const { cases, pathOf } = findings
  if (cases === undefined) return findingsReport(findings)
  const tests = cases.map(({ name, at, failure }) =>
    test(
      pathOf(at.file),
      name,
      failure === undefined
        ? ''
        : `<failure message="${escaped(failure)}">${escaped(`${placeText(at, pathOf(at.file))}\n${failure}`)}</failure>`,
    ),
  )
  const failures = cases.filter(({ failure }) => failure !== undefined).length
  return document(tests, { failures, errors: 0 })
}

function findingsReport({ diagnostics, sources, failure, pathOf }: Findings): string {
  const byFile = Map.groupBy(diagnostics, ({ at }) => at.file)
  const files = [...new Set([...sources.keys(), ...byFile.keys()])].sort()
  const tests = files.flatMap((file) => testsOf(pathOf(file), byFile.get(file) ?? []))
  // What went wrong outside of the files is told once.
  const broken =
    failure === undefined || diagnostics.some(({ severity }) => severity === 'error')
      ? []
      : [test('tokenidp', 'tokenidp', `<error message="${escaped(failure)}"/>`)]
  const failures = diagnostics.filter(({ severity }) => severity === 'error').length
  return document([...tests, ...broken], { failures, errors: broken.length })
}

function document(
  tests: readonly string[],
  { failures, errors }: { readonly failures: number; readonly errors: number },
): string {
  const counts = `tests="${tests.length}" failures="${failures}" errors="${errors}" time="0"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="tokenidp" ${counts}>`,
    `  <testsuite name="configuration" ${counts}>`,
    ...tests,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

function testsOf(path: string, found: readonly Diagnostic[]): readonly string[] {
  const errors = found.filter(({ severity }) => severity === 'error')
  const warnings = found.filter(({ severity }) => severity === 'warning')
  const told = warnings.map((each) => `${title(each, path)}\n${fullText(each)}\n`).join('')
  const beside = told === '' ? '' : `<system-out>${escaped(told)}</system-out>`
  if (errors.length === 0) return [test(path, path, beside)]
  return errors.map((each, index) =>
    test(
      path,
      title(each, path),
      `<failure type="${each.code}" message="${escaped(each.message)}">${escaped(fullText(each))}</failure>${index === 0 ? beside : ''}`,
    ),
  )
}

const title = ({ at, code }: Diagnostic, path: string): string => `${code} ${placeText(at, path)}`

const test = (path: string, name: string, content: string): string =>
  `    <testcase classname="${escaped(path)}" name="${escaped(name)}" time="0">${content}</testcase>`
