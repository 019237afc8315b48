/**
 * Builds `dist/` when a source is newer than the last build, or always with `--force`. Plain JavaScript:
 * `npm ci` runs it, also with an older Node and also where the compiler was left out.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const stamp = `${root}dist/.built`

/** @param {string} path */
const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

const newestSource = () =>
  Math.max(
    changedAt(`${root}tsconfig.json`),
    changedAt(`${root}package.json`),
    ...readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' }).map((name) =>
      changedAt(`${root}src/${name}`),
    ),
  )

const tsc = `${root}node_modules/typescript/bin/tsc`
const isWanted = process.argv.includes('--force') || newestSource() >= changedAt(stamp)

if (isWanted && existsSync(tsc)) {
  rmSync(`${root}dist`, { recursive: true, force: true })
  const { status } = spawnSync(process.execPath, [tsc, '-p', root], { stdio: 'inherit' })
  if (status === 0) writeFileSync(stamp, '')
  process.exitCode = status ?? 1
}
