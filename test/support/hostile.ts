import { createHash } from 'node:crypto'
import { request } from 'node:http'

/** Numbers that look random and are the same in every run of a seed. */
export function seeded(seed: string) {
  let count = 0
  const below = (limit: number): number => {
    count += 1
    const hash = createHash('sha256').update(`${seed} ${count}`).digest()
    return hash.readUInt32BE(0) % limit
  }
  return {
    below,
    one<T>(list: readonly T[]): T {
      const one = list[below(list.length)]
      if (one === undefined) throw new Error('nothing to choose from')
      return one
    },
    chance: (percent: number): boolean => below(100) < percent,
  }
}

type Seeded = ReturnType<typeof seeded>

interface Sending {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer | undefined
}

interface Sent {
  readonly status: number
  readonly type: string
  readonly body: string
}

const TIMEOUT_MS = 20_000

/** Sends what fetch would refuse to, and waits for a whole answer. */
export const send = (origin: string, { method, path, headers, body }: Sending): Promise<Sent> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin)
    // Without a length Node would send the body of a DELETE as if it were the next request.
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
    const all = { ...headers, ...length }
    const outgoing = request({ hostname, port, method, path, headers: all, agent: false })
    outgoing.setTimeout(TIMEOUT_MS, () => outgoing.destroy(new Error(`hangs: ${method} ${path}`)))
    outgoing.on('error', reject)
    outgoing.on('response', async (incoming) => {
      const chunks: Buffer[] = []
      for await (const chunk of incoming) chunks.push(chunk)
      resolve({
        status: incoming.statusCode ?? 0,
        type: incoming.headers['content-type'] ?? '',
        body: Buffer.concat(chunks).toString(),
      })
    })
    outgoing.end(body)
  })

/** What a client that keeps to the rules would send; with a form it is a POST. */
export interface Said {
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly form?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

/** The same with a few things wrong with it, or none. */
export function twisted({ path, query, form, headers = {} }: Said, chance: Seeded): Sending {
  const method = chance.chance(88) ? (form === undefined ? 'GET' : 'POST') : chance.one(METHODS)
  const search = encoded(query ?? {}, chance)
  const body = chance.chance(4) ? chance.one(BODIES) : encoded(form ?? {}, chance)
  const hasBody = form !== undefined && !['GET', 'HEAD', 'OPTIONS'].includes(method)
  const place = chance.chance(96) ? `/acme${path}` : chance.one(PLACES)
  return {
    method,
    path: `${place}${search === '' ? '' : `?${search}`}`.slice(0, 8_000),
    headers: { ...(hasBody && { 'content-type': FORM }), ...headers, ...oddHeader(chance) },
    body: hasBody ? body : undefined,
  }
}

const FORM = 'application/x-www-form-urlencoded'
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'PROPFIND', 'TRACE']
const PLACES = ['/', '/%00', '/acme', '/acme/', '//acme/token', '/other/token', '/%2e%2e/acme']
const BODIES = [
  Buffer.from([0, 255, 0xc3, 0x28, 38, 61]),
  'a='.padEnd(70_000, 'x'),
  '{}',
  '&&;=&',
  '',
]
const NAMES =
  'prompt max_age login_hint id_token_hint resource request request_uri response_mode scope state nonce interaction csrf action client_id client_secret redirect_uri token grant_type code_challenge ui_locales __proto__ constructor'.split(
    ' ',
  )
const VALUES =
  'none login consent allow deny sign-in cancel logout stay query form_post refresh_token openid offline_access 0 -1 1e309 own web cli nobody [] %7B%7D null %27 https%3A%2F%2F[ %2F%2F'.split(
    ' ',
  )
const PIECES =
  '%00 % %C3 %ED%A0%80 %F0%9F%99%82 %0d%0a + %2B %22%3E %E2%80%AE %FF%FE ..%2F %5C . %EF%BF%BD'.split(
    ' ',
  )
const HEADERS: readonly (readonly [string, readonly string[]])[] = [
  [
    'content-type',
    ['application/json', 'multipart/form-data; boundary=x', ';', '', `${FORM};charset=x`],
  ],
  ['cookie', [';;=;=', 'a="b', '%00=%', '__proto__=a', 'tokenidp-browser-uid-acme=%F0%9F', '=']],
  [
    'authorization',
    [
      'Basic',
      'Basic %%%',
      'Basic b3du',
      'Basic JTolOiU=',
      'Basic ADoA',
      'Bearer',
      'Bearer a.b.c',
      'bearer  x',
      'Digest x',
      '',
    ],
  ],
  ['origin', ['null', 'https://evil.example', ':']],
  ['sec-fetch-site', ['cross-site', 'x']],
  ['accept', ['text/html', 'text/html;q=x', '']],
  ['if-none-match', ['*', '"', '"a", "b"', 'W/']],
  ['host', ['', 'evil.example', 'login.hosted.example', '[::1', ':']],
  ['x-forwarded-host', ['evil.example']],
]

function oddHeader(chance: Seeded): Readonly<Record<string, string>> {
  if (chance.chance(70)) return {}
  const [name, values] = chance.one(HEADERS)
  return { [name]: chance.one(values) }
}

function encoded(pairs: Readonly<Record<string, string>>, chance: Seeded): string {
  const right = Object.entries(pairs).map(([name, value]) => [name, encodeURIComponent(value)])
  const twists = chance.chance(40) ? 0 : 1 + chance.below(3)
  const said = Array.from({ length: twists }).reduce<string[][]>((so) => twist(so, chance), right)
  return said.map((pair) => pair.join('=')).join('&')
}

function twist(pairs: string[][], chance: Seeded): string[][] {
  const at = chance.below(pairs.length + 1)
  const [name = chance.one(NAMES), value = ''] = pairs[at] ?? []
  const around = (...middle: string[][]) => [
    ...pairs.slice(0, at),
    ...middle,
    ...pairs.slice(at + 1),
  ]
  switch (chance.below(7)) {
    case 0:
      return around()
    case 1:
      return around([name, value], [name, value])
    case 2:
      return around([name, chance.one(VALUES)])
    case 3:
      return around([name, `${value}${oddText(chance)}`])
    case 4:
      return around([name, 'x'.repeat(chance.below(6_000))])
    case 5:
      return chance.chance(90) ? pairs : Array.from({ length: 120 }, (_, n) => [`p${n}`, ''])
    default:
      return [...pairs, [chance.one(NAMES), chance.one([...VALUES, oddText(chance)])]]
  }
}

function oddText(chance: Seeded): string {
  const letter = () => encodeURIComponent(String.fromCodePoint(1 + chance.below(0xd7ff)))
  const piece = () => (chance.chance(40) ? chance.one(PIECES) : letter())
  return Array.from({ length: chance.below(12) }, piece).join('')
}
