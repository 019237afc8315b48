import { availableParallelism } from 'node:os'
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { SourceFile } from './load.ts'
import type { Parsed } from './parse.ts'
import {
  type CachedFile,
  type ParseCache,
  parseLightly,
  recall,
  remembered,
} from './parse-cache.ts'

/** A list of files from which each of two threads takes the next when it is done with one. */
export interface SharedList {
  readonly sources: readonly SourceFile[]
  /** How many are taken, and how many of them the other thread has answered. */
  readonly counters: Int32Array<SharedArrayBuffer>
  readonly port: MessagePort
}

/** What a cache would know of a file; nothing where there is something to tell of it. */
export interface Answer {
  readonly index: number
  readonly file?: CachedFile
}

/** A thread takes a tenth of a second of its core before it has read anything. */
const LEAST_BYTES = 512 * 1024
/** Nobody waits for ever for a thread that is gone: what it does not answer is read here. */
const LONGEST_WAIT_MS = 30_000
const [TAKEN, ANSWERED] = [0, 1]

/** Reads many files, with another core where there is one. Answers in the order of the files. */
export function parseTogether(
  sources: readonly SourceFile[],
  cache: ParseCache | undefined,
): readonly Parsed[] {
  const found = new Map<SourceFile, Parsed>()
  for (const source of sources) {
    const known = recall(source, cache)
    if (known !== undefined) found.set(source, known)
  }
  const unread = sources.filter((source) => !found.has(source))
  const read = isMuch(unread) ? readTogether(unread) : undefined
  return sources.map((source) => found.get(source) ?? read?.get(source) ?? parseLightly(source))
}

const isMuch = (sources: readonly SourceFile[]): boolean =>
  sources.length > 1 &&
  availableParallelism() > 1 &&
  sources.reduce((sum, { bytes }) => sum + bytes.length, 0) >= LEAST_BYTES

function readTogether(sources: readonly SourceFile[]): ReadonlyMap<SourceFile, Parsed> {
  const counters = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT))
  const { port1: answers, port2: port } = new MessageChannel()
  const list = { sources, counters, port }
  const worker = startWorker(list)
  const found = new Map<SourceFile, Parsed>()
  for (const [, source] of taken(list)) found.set(source, parseLightly(source))
  awaitAnswers(counters, sources.length - found.size)
  for (const { index, file } of answersOn(answers)) {
    const source = sources[index]
    if (source !== undefined && file !== undefined)
      found.set(source, { documents: remembered(source, file), diagnostics: [] })
  }
  answers.close()
  void worker?.terminate()
  return found
}

/** Those of the list that the other thread did not take. */
export function* taken({ sources, counters }: SharedList): Generator<[number, SourceFile]> {
  for (;;) {
    const index = Atomics.add(counters, TAKEN, 1)
    const source = sources[index]
    if (source === undefined) return
    yield [index, source]
  }
}

export function answer(answered: Answer, { counters, port }: SharedList): void {
  port.postMessage(JSON.stringify(answered))
  Atomics.add(counters, ANSWERED, 1)
  Atomics.notify(counters, ANSWERED)
}

function awaitAnswers(counters: SharedList['counters'], count: number): void {
  for (;;) {
    const answered = Atomics.load(counters, ANSWERED)
    if (answered >= count) return
    if (Atomics.wait(counters, ANSWERED, answered, LONGEST_WAIT_MS) === 'timed-out') return
  }
}

function* answersOn(port: MessagePort): Generator<Answer> {
  for (;;) {
    const received = receiveMessageOnPort(port)
    if (received === undefined) return
    yield JSON.parse(received.message)
  }
}

/** Undefined where no thread can be had: then this one reads all. */
function startWorker(list: SharedList): Worker | undefined {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
  try {
    const worker = new Worker(new URL(`./parse-worker${extension}`, import.meta.url), {
      workerData: list,
      transferList: [list.port],
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 16 },
    })
    // What it took and did not answer is missed soon enough.
    worker.on('error', () => {})
    worker.unref()
    return worker
  } catch {
    return undefined
  }
}
