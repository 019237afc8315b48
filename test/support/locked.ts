import Database from 'better-sqlite3'
import pg from 'pg'
import { onTestFinished } from 'vitest'

/** Keeps every other process from changing the configuration, until the test ends or lets go. */
export async function holdConfiguration(url: string): Promise<() => Promise<void>> {
  const letGo = url.startsWith('sqlite:') ? holdSqlite(url) : await holdPostgres(url)
  onTestFinished(letGo)
  return letGo
}

function holdSqlite(url: string): () => Promise<void> {
  const connection = new Database(url.slice('sqlite:'.length))
  connection.exec('begin immediate')
  return async () => void connection.close()
}

async function holdPostgres(url: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('select pg_advisory_lock(8431760221)')
  let isHeld = true
  return async () => {
    if (isHeld) await client.end()
    isHeld = false
  }
}
