const SECRET_MEMBER =
  /(\b(?:value|password|passwd|\w*secret)["']?\s*:\s+)("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s{[&*|>#"'][^,}]*)/gi
const URL_PASSWORD = /(:\/\/[^:@\s/]*:)([^@\s]+)(?=@)/g

/** A line of a document without the secrets that may be written in it. Keeps the columns. */
export const masked = (line: string): string =>
  line.replace(SECRET_MEMBER, hide).replace(URL_PASSWORD, hide)

const hide = (_whole: string, before: string, secret: string): string =>
  before + '***'.slice(0, secret.length).padEnd(secret.length)
