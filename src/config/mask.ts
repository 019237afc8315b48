import { nearest } from '../base/nearest.ts'

const member = (name: string): string => `["']?\\b${name}["']?\\s*:\\s+`

/** A member on a line of its own reaches to the end of the line. */
const block = (name: string): RegExp =>
  new RegExp(`^(\\s*(?:-\\s+)*${member(name)})(?![{[])(\\S.*)$`, 'i')

/** In `{ … }` a member ends at the comma or the brace, unless it is quoted. */
const flow = (name: string): RegExp =>
  new RegExp(`(${member(name)})("(?:[^"\\\\]|\\\\.)*"?|'(?:[^']|'')*'?|[^\\s{["'][^,}]*)`, 'gi')

/** The short ones are the private parts of a JWK. */
const SECRET = '(?:value|password|passwd|cibaUserCode|\\w*secret|d|p|q|dp|dq|qi|k)'
const BLOCK = block(SECRET)
const FLOW = flow(SECRET)

const ANY_BLOCK = block('[\\w-]+')
const ANY_FLOW = flow('[\\w-]+')

const URL_PASSWORD = /(:\/\/[^:@\s/]*:)([^@\s]+)(?=@)/g

/** A line of a document without the secrets that may be written in it. Keeps the columns. */
export const masked = (line: string): string =>
  withoutUrlPassword(withoutMisspelt(withoutNamed(line)))

export const withoutUrlPassword = (line: string): string => line.replace(URL_PASSWORD, hide)

const withoutNamed = (line: string): string =>
  BLOCK.test(line) ? line.replace(BLOCK, hide) : line.replace(FLOW, hide)

/** Who misspells `value` is shown that line, and the secret is in it. */
const withoutMisspelt = (line: string): string =>
  line.replace(ANY_BLOCK, hideMisspelt).replace(ANY_FLOW, hideMisspelt)

function hideMisspelt(whole: string, before: string, secret: string): string {
  const name = /([\w-]+)["']?\s*:\s+$/.exec(before)?.[1] ?? ''
  const meant = nearest(name, ['value', 'password', 'secret', 'cibaUserCode'])
  return meant === undefined ? whole : hide(whole, before, secret)
}

const hide = (_whole: string, before: string, secret: string): string =>
  before + '***'.slice(0, secret.length).padEnd(secret.length)
