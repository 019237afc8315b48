import { readFile } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'

const SETTLED_MS = 100

export interface Watching {
  close(): Promise<void>
}

/** Calls once for a burst of saves of documents and of files that they name, and never twice at the same time. */
export async function watchDocuments(
  root: string,
  changed: () => Promise<void>,
): Promise<Watching> {
  const { watch } = await import('chokidar')
  const watcher = watch(root, {
    ignoreInitial: true,
    ignored: (path) => isIgnored(relative(root, path)),
  })
  let timer: NodeJS.Timeout | undefined
  let turn: Promise<void> = Promise.resolve()
  let isClosed = false
  const settle = (): void => {
    clearTimeout(timer)
    if (isClosed) return
    timer = setTimeout(() => {
      turn = turn.then(changed)
    }, SETTLED_MS)
  }
  watcher.on('all', (_event, path) => {
    if (isDocument(path)) settle()
    else void isNamed(path, watcher.getWatched()).then((is) => is && settle())
  })
  await new Promise<void>((ready) => watcher.once('ready', ready))
  return {
    async close() {
      isClosed = true
      clearTimeout(timer)
      await watcher.close()
      await turn
    },
  }
}

const isDocument = (path: string): boolean => /\.ya?ml$/.test(path)

/** Whether some document has its name: for the text of a page, a secret, a certificate. */
async function isNamed(
  path: string,
  watched: Readonly<Record<string, readonly string[]>>,
): Promise<boolean> {
  const name = basename(path)
  for (const [folder, names] of Object.entries(watched))
    for (const document of names.filter(isDocument))
      if (await holds(join(folder, document), name)) return true
  return false
}

/** A document that is gone meanwhile names nothing. */
const holds = (file: string, name: string): Promise<boolean> =>
  readFile(file, 'utf8').then(
    (text) => text.includes(name),
    () => false,
  )

const isIgnored = (path: string): boolean =>
  basename(path) === 'node_modules' ||
  path.split(sep).some((part) => part.length > 1 && part.startsWith('.') && part !== '..')
