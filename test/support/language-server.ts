/** The server that editors ask about YAML, over its standard streams. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const SERVER = fileURLToPath(
  new URL('./bin/yaml-language-server', import.meta.resolve('yaml-language-server/package.json')),
)

export interface Place {
  readonly line: number
  readonly character: number
}

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

export interface Finding {
  readonly message: string
  readonly range: { readonly start: Place; readonly end: Place }
}

/** Looks for schemas in no catalogue: what is not in the file or here is not known. */
const SETTINGS = {
  yaml: { schemaStore: { enable: false }, validate: true, hover: true, completion: true },
}

/** Speaks for an editor that has `schema` set for all its files. */
export async function languageServer(schema: URL) {
  const child = spawn(process.execPath, [SERVER, '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const answers = new Map<number, (message: Message) => void>()
  const findings = new Map<string, (found: readonly Finding[]) => void>()
  let last = 0
  const send = (message: object): void => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message })
    child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
  }
  const ask = (method: string, params: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      last += 1
      void ended.then(() => reject(new Error('the language server has ended')))
      answers.set(last, ({ result, error }) =>
        error === undefined ? resolve(result) : reject(new Error(error.message)),
      )
      send({ id: last, method, params })
    })
  child.stdout.on(
    'data',
    messages((message) => {
      if (message.method === undefined) return answers.get(message.id ?? 0)?.(message)
      // It asks for settings and registers what it can do.
      if (message.id !== undefined)
        return send({ id: message.id, result: answerTo(message, schema) })
      if (message.method !== 'textDocument/publishDiagnostics') return
      const { uri, diagnostics } = message.params as { uri: string; diagnostics: Finding[] }
      findings.get(uri)?.(diagnostics)
    }),
  )
  await ask('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: { workspace: { configuration: true }, textDocument: { hover: {} } },
  })
  send({ method: 'initialized', params: {} })
  const settings = settingsFor(schema)
  send({ method: 'workspace/didChangeConfiguration', params: { settings } })
  return {
    /** Opens a file, and answers what is wrong with it. */
    open: (uri: string, text: string): Promise<readonly Finding[]> =>
      new Promise((resolve) => {
        findings.set(uri, resolve)
        const textDocument = { uri, languageId: 'yaml', version: 1, text }
        send({ method: 'textDocument/didOpen', params: { textDocument } })
      }),
    hover: async (uri: string, position: Place): Promise<string> =>
      JSON.stringify(await ask('textDocument/hover', { textDocument: { uri }, position })),
    complete: async (uri: string, position: Place): Promise<readonly string[]> => {
      const found = await ask('textDocument/completion', { textDocument: { uri }, position })
      const { items } = found as { items: readonly { readonly label: string }[] }
      return items.map(({ label }) => label)
    },
    async stop() {
      child.kill()
      await ended
    },
  }
}

const settingsFor = (schema: URL) => ({
  yaml: { ...SETTINGS.yaml, schemas: { [schema.href]: ['*.yaml'] } },
})

function answerTo({ method, params }: Message, schema: URL): unknown {
  if (method !== 'workspace/configuration') return null
  const { items } = params as { items: readonly { readonly section: string }[] }
  return items.map(({ section }) => (section === 'yaml' ? settingsFor(schema).yaml : {}))
}

/** Cuts the stream into messages: a header with the length, and that many bytes of JSON. */
function messages(take: (message: Message) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0)
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const end = rest.indexOf('\r\n\r\n')
      const length = Number(/Content-Length: (\d+)/i.exec(rest.subarray(0, end).toString())?.[1])
      if (end < 0 || rest.length < end + 4 + length) return
      take(JSON.parse(rest.subarray(end + 4, end + 4 + length).toString()))
      rest = rest.subarray(end + 4 + length)
    }
  }
}
