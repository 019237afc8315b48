import { workerData } from 'node:worker_threads'
import { parse } from './parse.ts'
import { keptOf } from './parse-cache.ts'
import { answer, type SharedList, taken } from './parse-together.ts'

const list: SharedList = workerData
for (const [index, { file, bytes }] of taken(list)) {
  // Bytes that are handed to a thread are no Buffer there.
  const { documents, diagnostics } = parse({ file, bytes: Buffer.from(bytes) })
  answer(diagnostics.length > 0 ? { index } : { index, file: documents.map(keptOf) }, list)
}
