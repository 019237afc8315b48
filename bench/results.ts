/** What measurements found, as `bench/results/` keeps it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { ROOT } from '../test/support/command.ts'

const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version }

const placeOf = (name: string): string => `${ROOT}bench/results/${name}.json`

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'))

export function keep(name: string, setting: object, measured: unknown): void {
  writeFileSync(placeOf(name), `${JSON.stringify({ machine, setting, measured }, null, 2)}\n`)
}

/** Undefined where it was never measured. */
export function keptOf<T>(name: string): T | undefined {
  return existsSync(placeOf(name)) ? read(placeOf(name)).measured : undefined
}

export const versionOf = (dependency: string): string =>
  read(`${ROOT}node_modules/${dependency}/package.json`).version

/** What runs on another Node than the one we develop with is kept beside it. */
export function ofThisNode(name: string): string {
  const { devDependencies } = read(`${ROOT}package.json`)
  const isOurs = process.versions.node === devDependencies.node
  return isOurs ? name : `${name}-node-${process.versions.node.split('.')[0]}`
}
