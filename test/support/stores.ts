import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'
import type { Random } from '../../src/base/random.ts'
import { WITH_TABLES } from './with-tables.ts'

/** Unguessable is enough for rows that only have to differ. */
export const testRandom: Random = { bytes: (length) => randomBytes(length) }

export interface FreshDatabase {
  readonly url: string
  remove(): Promise<void>
}

export interface Engine {
  readonly name: 'sqlite' | 'postgres'
  /** A database of its own for a test file. Without tables. */
  fresh(): Promise<FreshDatabase>
  /** The same, with tables where it is cheaper to copy them than to make them. */
  ready(): Promise<FreshDatabase>
}

/** Every database that we promise to run on: `describe.each(stores)`. */
export const stores: readonly Engine[] = [
  { name: 'sqlite', fresh: newFile, ready: newFile },
  {
    name: 'postgres',
    fresh: () => newDatabase(),
    ready: () => newDatabase(`template ${WITH_TABLES}`),
  },
]

async function newFile(): Promise<FreshDatabase> {
  const directory = mkdtempSync(join(tmpdir(), 'tokenidp-test-'))
  return {
    url: `sqlite:${join(directory, 'tokenidp.db')}`,
    remove: async () => rmSync(directory, { recursive: true, force: true }),
  }
}

async function newDatabase(as = ''): Promise<FreshDatabase> {
  const name = `t_${randomBytes(8).toString('hex')}`
  await administer(`create database ${name} ${as}`)
  const url = new URL(inject('postgres'))
  url.pathname = `/${name}`
  return {
    url: url.href,
    remove: () => administer(`drop database if exists ${name} with (force)`),
  }
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgres') })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
