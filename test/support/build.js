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

/** @param {string} folder */
const within = (folder) =>
  readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' }).map(
    (name) => `${folder}/${name}`,
  )

/** The schemas become code, too. */
const newestSource = () =>
  Math.max(
    ...[
      'tsconfig.json',
      'package.json',
      'test/support/bundle.js',
      ...within('src'),
      ...within('schemas'),
    ].map((name) => changedAt(`${root}${name}`)),
  )

const isWanted = process.argv.includes('--force') || newestSource() >= changedAt(stamp)

if (isWanted && existsSync(`${root}node_modules/rolldown`)) {
  rmSync(`${root}dist`, { recursive: true, force: true })
  const { bundle } = await import('./bundle.js')
  await bundle(root)
  writeFileSync(stamp, '')
}
