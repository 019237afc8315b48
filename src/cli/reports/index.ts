/** Findings in the forms that other programs read. Loaded when somebody asks for one. */
import type { Findings } from './findings.ts'
import { githubReport } from './github.ts'
import { htmlReport } from './html.ts'
import { junitReport } from './junit.ts'
import { sarifReport } from './sarif.ts'

export { pathFrom } from './findings.ts'

const REPORTS = {
  sarif: sarifReport,
  junit: junitReport,
  github: githubReport,
  html: htmlReport,
} as const

export type FindingsFormat = keyof typeof REPORTS

export const findingsReport = (format: FindingsFormat, findings: Findings): string =>
  REPORTS[format](findings)
