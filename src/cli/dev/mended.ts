import { EXIT, type ExitCode, Failure } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { watchDocuments } from './watch.ts'

/** What another text of the documents can change. */
const MENDED_BY_A_SAVE: ReadonlySet<ExitCode> = new Set([EXIT.invalid, EXIT.refused])

/** Tries again after each save, as long as the documents are what it fails for. */
export async function untilMended<T>(
  { world, paint }: Invocation,
  root: string,
  work: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Failure) || !MENDED_BY_A_SAVE.has(error.exit)) throw error
      world.io.err(`${paint.err.bad('error')}: ${error.message}\n`)
    }
    const save = Promise.withResolvers<void>()
    const watching = await watchDocuments(root, async () => save.resolve())
    world.io.err(`Watching ${root}: correct the documents and save. Ctrl-C stops.\n`)
    await save.promise
    await watching.close()
  }
}
