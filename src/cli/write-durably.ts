import { closeSync, fchmodSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs'

/**
 * Makes a file that a power cut does not take, and that only this account may read unless `mode` says more. Throws
 * where there is one already; where it cannot be written, nothing of it is left.
 */
export function writeDurably(path: string, text: string, mode = 0o600): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(file, text)
    if (mode !== 0o600) fchmodSync(file, mode)
    fsyncSync(file)
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
}
