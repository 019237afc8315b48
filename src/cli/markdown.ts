import { printable } from './printable.ts'

/** What Markdown, HTML or the sites that show it may take for more than itself. */
const SPECIAL = /[!-&(-+:<-@[-`{-~]/g

/**
 * Names and values come from files: none of them may be markup, a link or a mention of somebody. A
 * character reference is taken for nothing but its character.
 */
export const code = (text: string): string => `<code>${escaped(text)}</code>`

/** The same in a sentence. An empty comment keeps `@somebody` and `#1` from being found afterwards. */
export const prose = (text: string): string =>
  escaped(text).replaceAll(/&#(?:64|35);/g, (found) => `${found}<!-- -->`)

const escaped = (text: string): string =>
  printable(text)
    .replaceAll(SPECIAL, (found) => `&#${found.charCodeAt(0)};`)
    .replaceAll(/www\./gi, (found) => found.replace('.', '&#46;'))

interface Finding {
  readonly message: string
  readonly code?: string
  readonly at?: { readonly file: string; readonly line: number }
}

/** A comment of a pull request holds no more than 65,536 characters. */
const MOST_FINDINGS = 100

/** Why there is no plan to show. */
export const failureMarkdown = (
  { message, next }: { readonly message: string; readonly next?: string },
  findings: readonly Finding[],
): string =>
  findingsMarkdown(message, findings) + (next === undefined ? '' : `\nNext: ${prose(next)}\n`)

/** A heading, and what was found as a list. */
export function findingsMarkdown(heading: string, findings: readonly Finding[]): string {
  const left = findings.length - MOST_FINDINGS
  const lines = [
    `### tokenidp: ${prose(heading)}`,
    '',
    ...findings.slice(0, MOST_FINDINGS).map(findingLine),
    ...(left > 0 ? [`- and ${left} more`] : []),
  ]
  return `${lines.join('\n')}\n`
}

const findingLine = ({ code: name, message, at }: Finding): string =>
  `- ${name === undefined ? '' : `${code(name)} `}${prose(message)}${at === undefined ? '' : ` (${code(`${at.file}:${at.line}`)})`}`
