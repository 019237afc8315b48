import { dirname, resolve } from 'node:path'
import { CODES } from '../../config/codes.ts'
import { listFiles, loadFile } from '../../config/load.ts'
import { findProjectFile } from '../../config/project-file.ts'
import type { World } from '../invocation.ts'

/** What the documents around us define, as far as it shows at a glance. */
export interface Names {
  readonly objects: readonly {
    readonly kind: string
    /** Empty above tenants. */
    readonly tenant: string
    readonly name: string
  }[]
  readonly codes: readonly string[]
}

/** Somebody waits with a finger on the key: what is in more files is not offered. */
const MOST_FILES = 1000

/** Documents need not be valid to be named, so they are not parsed. */
export function namesIn({ directory }: World, config: string | undefined): Names {
  const codes = Object.keys(CODES)
  try {
    const project = findProjectFile(resolve(directory, config ?? '.'))
    if (project === undefined) return { objects: [], codes }
    const root = dirname(project)
    const files = listFiles(root, ['**/*.yaml']).files.slice(0, MOST_FILES)
    return { objects: files.flatMap((file) => objectsIn(root, file)), codes }
  } catch {
    return { objects: [], codes }
  }
}

function objectsIn(root: string, file: string): Names['objects'] {
  const [source] = loadFile(root, file).sources
  return source?.bytes.toString('utf8').split(/^---/m).flatMap(objectIn) ?? []
}

function objectIn(text: string): Names['objects'] {
  const [, kind] = /^kind: *["']?(\w+)/m.exec(text) ?? []
  const [, metadata = ''] = /^metadata:(.*(?:\n .*)*)/m.exec(text) ?? []
  const [, name] = /(?:^|[\s{,])name: *["']?([^\s"',}]+)/.exec(metadata) ?? []
  const [, tenant = ''] = /(?:^|[\s{,])tenant: *["']?([^\s"',}]+)/.exec(metadata) ?? []
  return kind === undefined || name === undefined ? [] : [{ kind, tenant, name }]
}
