import { readdirSync, readFileSync } from 'node:fs'
import { dirname, normalize, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const SRC = fileURLToPath(new URL('../src/', import.meta.url))

/** Who may import whom. A folder may always import itself. Change it only in a commit that says why. */
const LAYERS: Record<string, readonly string[]> = {
  base: [],
  model: ['base'],
  config: ['base', 'model'],
  store: ['base', 'model'],
  deploy: ['base', 'model', 'config', 'store'],
  outbound: ['base', 'model'],
  oauth: ['base', 'model', 'store/port.ts'],
  accounts: ['base', 'model', 'store/port.ts'],
  login: ['base', 'model', 'store/port.ts', 'oauth', 'accounts'],
  http: ['base', 'model', 'store/port.ts', 'oauth', 'login', 'accounts'],
  cli: [
    'base',
    'model',
    'config',
    'store',
    'deploy',
    'oauth',
    'login',
    'accounts',
    'http',
    'outbound',
  ],
}

/** Packages that only one room knows. */
const ROOMS_OF: Record<string, readonly string[]> = {
  express: ['http'],
  kysely: ['store'],
  pg: ['store'],
  'better-sqlite3': ['store'],
  yaml: ['config'],
  ajv: ['config'],
  'age-encryption': ['config'],
  commander: ['cli'],
  chalk: ['cli'],
  ora: ['cli'],
  preact: ['login'],
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.tsx?$/.test(file),
)

const importsOf = (file: string): string[] =>
  [...readFileSync(`${SRC}${file}`, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
    (match) => match[1] ?? '',
  )

const roomOf = (file: string): string => file.split(sep)[0] ?? ''

const mayUsePackage = (room: string, target: string): boolean =>
  ROOMS_OF[target.split('/')[0] ?? '']?.includes(room) ?? true

function mayImport(file: string, target: string): boolean {
  const room = roomOf(file)
  if (!target.startsWith('.')) return mayUsePackage(room, target)
  const path = normalize(`${dirname(file)}/${target}`)
  const allowed = [room, ...(LAYERS[room] ?? [])]
  return allowed.includes(roomOf(path)) || allowed.includes(path)
}

const violationsOf = (file: string): string[] =>
  importsOf(file)
    .filter((target) => !mayImport(file, target))
    .map((target) => `${file} imports ${target}`)

test('every folder has its line in the layer table', () => {
  const rooms = new Set(files.map(roomOf))
  expect([...rooms].filter((room) => !(room in LAYERS))).toEqual([])
})

test('imports follow the layer table', () => {
  expect(files.flatMap(violationsOf)).toEqual([])
})
