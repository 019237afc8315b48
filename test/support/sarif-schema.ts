/** The schema of SARIF 2.1.0 as its makers publish it. */
import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'

const FILE = import.meta.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json')

/** It is written for draft 4, of which it takes nothing that draft 7 has otherwise but its own name. */
const { id: _id, $schema: _dialect, ...published } = JSON.parse(readFileSync(new URL(FILE), 'utf8'))

const ajv = new Ajv({
  allErrors: true,
  strictTypes: false,
  // One of its patterns is none for a reader of Unicode.
  unicodeRegExp: false,
  formats: {
    uri: (text: string) => URL.canParse(text),
    'uri-reference': (text: string) => URL.canParse(text, 'https://base.example/'),
    'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/,
  },
})

const validate = ajv.compile(published)

/** What is against it. */
export const sarifProblems = (log: unknown): readonly string[] =>
  validate(log)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`)
