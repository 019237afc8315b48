import { basename, relative, sep } from 'node:path'

const SETTLED_MS = 100

export interface Watching {
  close(): Promise<void>
}

/** Calls once for a burst of saves, and never twice at the same time. */
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
  watcher.on('all', (_event, path) => {
    if (!/\.ya?ml$/.test(path)) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      turn = turn.then(changed)
    }, SETTLED_MS)
  })
  await new Promise<void>((ready) => watcher.once('ready', ready))
  return {
    async close() {
      clearTimeout(timer)
      await watcher.close()
      await turn
    },
  }
}

const isIgnored = (path: string): boolean =>
  basename(path) === 'node_modules' ||
  path.split(sep).some((part) => part.length > 1 && part.startsWith('.') && part !== '..')
