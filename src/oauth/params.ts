import { OAuthError } from './errors.ts'

const MAX_PARAMETERS = 100

/** RFC 8707 §2: the one parameter that may be sent more than once. */
const LISTS: ReadonlySet<string> = new Set(['resource'])

/** The parameters of one request: each at most once, none empty (RFC 6749 §3.1, §3.2). */
export class Params {
  readonly #values: ReadonlyMap<string, readonly string[]>

  private constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values
  }

  /** Reads `application/x-www-form-urlencoded`: a query or a form. */
  static parse(text: string): Params {
    const params = Params.read(text)
    params.refuseRepeated()
    return params
  }

  /** The same, where a repetition is to be refused later: nobody gets to see a repeated value. */
  static read(text: string): Params {
    // What an HTTP layer makes of bytes that are not UTF-8.
    if (text.includes('\uFFFD')) throw malformed()
    const pairs = text === '' ? [] : text.split('&')
    if (pairs.length > MAX_PARAMETERS)
      throw new OAuthError('invalid_request', 'too many parameters', { count: pairs.length })
    const values = new Map<string, readonly string[]>()
    for (const pair of pairs) add(values, pair)
    return new Params(values)
  }

  static of(entries: Iterable<readonly [name: string, value: string]>): Params {
    return Params.parse(`${new URLSearchParams([...entries].map(([...pair]) => pair))}`)
  }

  entries(): readonly (readonly [name: string, value: string])[] {
    return [...this.#values].flatMap(([name, values]) =>
      values.map((value) => [name, value] as const),
    )
  }

  /** As a query. */
  toString(): string {
    return `${new URLSearchParams(this.entries().map(([...pair]) => pair))}`
  }

  refuseRepeated(): void {
    for (const name of this.#values.keys()) this.#refuseRepeated(name)
  }

  optional(name: string): string | undefined {
    if (!this.#values.has(name)) return undefined
    this.#refuseRepeated(name)
    return this.list(name)[0]
  }

  required(name: string): string {
    const value = this.optional(name)
    if (value === undefined) throw new OAuthError('invalid_request', `${name} is missing`)
    return value
  }

  list(name: string): readonly string[] {
    return this.#values.get(name)?.filter((value) => value !== '') ?? []
  }

  #refuseRepeated(name: string): void {
    if ((this.#values.get(name)?.length ?? 0) > 1 && !LISTS.has(name))
      throw new OAuthError('invalid_request', 'a parameter is repeated', { name })
  }
}

function add(values: Map<string, readonly string[]>, pair: string): void {
  if (pair === '') return
  const equals = pair.indexOf('=')
  const name = formDecode(equals < 0 ? pair : pair.slice(0, equals))
  const value = equals < 0 ? '' : formDecode(pair.slice(equals + 1))
  if (name === undefined || value === undefined) throw malformed()
  if (name.includes('\0') || value.includes('\0')) throw malformed()
  values.set(name, [...(values.get(name) ?? []), value])
}

const ESCAPED = /[%+]/

/** `undefined` for a broken escape or escaped bytes that are not UTF-8. */
export function formDecode(text: string): string | undefined {
  if (!ESCAPED.test(text)) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

const malformed = (): OAuthError =>
  new OAuthError('invalid_request', 'parameters are not valid form encoding')
