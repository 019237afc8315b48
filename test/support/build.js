/**
 * Builds `dist/` when a source is newer than the last build, or always with `--force`. Plain JavaScript:
 * `npm ci` runs it, also with an older Node and also where the bundler was left out.
 */
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

const isWanted = process.argv.includes('--force') || newestSource() >= changedAt(stamp)

if (isWanted && existsSync(`${root}node_modules/rolldown`)) {
  rmSync(`${root}dist`, { recursive: true, force: true })
  const { bundle } = await import('./bundle.js')
  await bundle(root)
  writeFileSync(stamp, '')
}
