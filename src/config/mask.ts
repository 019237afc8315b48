const NAME = `["']?\\b(?:value|password|passwd|\\w*secret)["']?\\s*:\\s+`

/** A member on a line of its own reaches to the end of the line. */
const BLOCK = new RegExp(`^(\\s*(?:-\\s+)*${NAME})(?![{[])(\\S.*)$`, 'i')

/** In `{ … }` a member ends at the comma or the brace, unless it is quoted. */
const FLOW = new RegExp(`(${NAME})("(?:[^"\\\\]|\\\\.)*"?|'(?:[^']|'')*'?|[^\\s{["'][^,}]*)`, 'gi')

const URL_PASSWORD = /(:\/\/[^:@\s/]*:)([^@\s]+)(?=@)/g

/** A line of a document without the secrets that may be written in it. Keeps the columns. */
export const masked = (line: string): string =>
  (BLOCK.test(line) ? line.replace(BLOCK, hide) : line.replace(FLOW, hide)).replace(
    URL_PASSWORD,
    hide,
  )

const hide = (_whole: string, before: string, secret: string): string =>
  before + '***'.slice(0, secret.length).padEnd(secret.length)
