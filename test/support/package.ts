import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** A file of a Debian package, as it is here or as it can be installed; never a silent skip. */
export function requireProgram(path: string, name: string): void {
  if (existsSync(path)) return
  if (existsSync('/usr/bin/apt-get') && process.getuid?.() === 0) {
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit' })
    const install = ['install', '-y', '-qq', '--no-install-recommends', name]
    spawnSync('apt-get', install, { stdio: 'inherit' })
  }
  if (!existsSync(path)) throw new Error(`install the package ${name}`)
}
