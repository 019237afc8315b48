import { connect, type Socket } from 'node:net'
import { isJsonObject, type JsonObject } from '../../base/json.ts'
import { SignerError } from '../../oauth/keys/vault.ts'

interface Waiting {
  readonly answered: (answer: JsonObject) => void
  readonly failed: (error: SignerError) => void
}

type Ask = (question: JsonObject, timeoutMs: number) => Promise<JsonObject>

const MOST_WAITING = 1000
const LONGEST_ANSWER = 65_536

/** One connection for everybody, made when it is needed and made again when it is lost. */
export function asking(path: string): Ask {
  let link: Link | undefined
  return (question, timeoutMs) => {
    if (link === undefined || !link.isOpen()) link = open(path)
    return link.ask(question, timeoutMs)
  }
}

interface Link {
  isOpen(): boolean
  readonly ask: Ask
}

function open(path: string): Link {
  const waiting = new Map<number, Waiting>()
  const socket = connect(path)
  let isOpen = true
  let last = 0
  const close = (why: string): void => {
    isOpen = false
    socket.destroy()
    const error = new SignerError(`the signer at ${path} ${why}`)
    for (const { failed } of waiting.values()) failed(error)
    waiting.clear()
  }
  socket.unref()
  socket.on('error', ({ message }) => close(`cannot be asked: ${message}`))
  socket.on('close', () => close('has closed the connection'))
  onLines(socket, {
    line: (text) => hear(text, waiting),
    tooLong: () => close('answers without end'),
  })
  return {
    isOpen: () => isOpen,
    ask(question, timeoutMs) {
      if (waiting.size >= MOST_WAITING)
        return Promise.reject(new SignerError(`the signer at ${path} is behind`))
      last += 1
      const id = last
      return new Promise((resolve, reject) => {
        // What does not answer is asked over a new connection the next time.
        const timer = setTimeout(
          () => close(`did not answer within ${timeoutMs / 1000} s`),
          timeoutMs,
        )
        const settled =
          <T>(settle: (value: T) => void) =>
          (value: T): void => {
            clearTimeout(timer)
            settle(value)
          }
        waiting.set(id, { answered: settled(resolve), failed: settled(reject) })
        socket.write(`${JSON.stringify({ id, ...question })}\n`)
      })
    },
  }
}

function hear(line: string, waiting: Map<number, Waiting>): void {
  const answer = parsed(line)
  const { id, error } = answer ?? {}
  const asked = typeof id === 'number' ? waiting.get(id) : undefined
  if (answer === undefined || asked === undefined) return
  waiting.delete(Number(id))
  if (typeof error === 'string') asked.failed(new SignerError(`the signer refused: ${error}`))
  else asked.answered(answer)
}

function parsed(line: string): JsonObject | undefined {
  try {
    const found: unknown = JSON.parse(line)
    return isJsonObject(found as JsonObject) ? (found as JsonObject) : undefined
  } catch {
    return undefined
  }
}

interface Lines {
  readonly line: (text: string) => void
  readonly tooLong: () => void
}

function onLines(socket: Socket, { line, tooLong }: Lines): void {
  let rest = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const each of lines) line(each)
    if (rest.length > LONGEST_ANSWER) tooLong()
  })
}
