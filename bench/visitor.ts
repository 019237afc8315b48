import { Agent, type IncomingHttpHeaders, request } from 'node:http'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Asked {
  readonly form?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

/** A browser as a load generator needs one: it keeps cookies and connections, and follows nothing by itself. */
export interface Visitor {
  ask(path: string, asked?: Asked): Promise<Answer>
  /** What the application sends from its server: without the browser's cookies. */
  behind(path: string, asked?: Asked): Promise<Answer>
  /** Follows redirects within the server. Answers the page at their end, or where they lead out of it. */
  follow(path: string, asked?: Asked): Promise<Answer & { readonly path: string }>
}

const MOST_REDIRECTS = 10

export function visitorOf(origin: string, agent: Agent): Visitor {
  const cookies = new Map<string, string>()
  const { hostname, port } = new URL(origin)

  function keep({ headers }: Answer): void {
    for (const line of headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
  }

  async function ask(path: string, asked: Asked = {}): Promise<Answer> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...(cookie === '' ? {} : { cookie, origin }), ...asked.headers }
    const answer = await exchange({ hostname, port, path, agent, headers }, asked.form)
    keep(answer)
    return answer
  }

  return {
    ask,
    behind: (path, { form, headers = {} } = {}) =>
      exchange({ hostname, port, path, agent, headers }, form),
    async follow(first, asked) {
      let path = first
      let answer = await ask(path, asked)
      for (let turn = 0; turn < MOST_REDIRECTS; turn += 1) {
        const { location } = answer.headers
        if (location === undefined) return { ...answer, path }
        const to = new URL(location, `${origin}${path}`)
        if (to.origin !== origin) return { ...answer, path: to.href }
        path = to.pathname + to.search
        answer = await ask(path)
      }
      throw new Error(`${first} redirects in a circle`)
    },
  }
}

interface Exchange {
  readonly hostname: string
  readonly port: string
  readonly path: string
  readonly agent: Agent
  readonly headers: Readonly<Record<string, string>>
}

function exchange(to: Exchange, form: Asked['form']): Promise<Answer> {
  const body = form === undefined ? undefined : new URLSearchParams(form).toString()
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const headers = body === undefined ? to.headers : { ...to.headers, ...type }
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const method = body === undefined ? 'GET' : 'POST'
  const sent = request({ ...to, method, headers }, (response) => {
    let text = ''
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => {
      text += chunk
    })
    response.on('end', () =>
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
    )
    response.on('error', reject)
  })
  sent.on('error', reject)
  sent.end(body)
  return promise
}

/** One for all visitors of a measurement. */
export const keptConnections = (most: number): Agent =>
  new Agent({ keepAlive: true, maxSockets: most })
