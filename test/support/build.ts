/** Builds `dist/` when a source is newer than the last build, or always with `--force`. */
import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const stamp = `${root}dist/.built`

const changedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

const newestSource = (): number =>
  Math.max(
    changedAt(`${root}tsconfig.json`),
    changedAt(`${root}package.json`),
    ...readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' }).map((name) =>
      changedAt(`${root}src/${name}`),
    ),
  )

if (process.argv.includes('--force') || newestSource() >= changedAt(stamp)) {
  rmSync(`${root}dist`, { recursive: true, force: true })
  const tsc = `${root}node_modules/typescript/bin/tsc`
  const { status } = spawnSync(process.execPath, [tsc, '-p', root], { stdio: 'inherit' })
  if (status === 0) writeFileSync(stamp, '')
  process.exitCode = status ?? 1
}
