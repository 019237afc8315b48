import BetterSqlite from 'better-sqlite3'
import pg from 'pg'

/** One statement of somebody who reaches the database past the program. */
export async function behind(url: string, statement: string): Promise<void> {
  if (url.startsWith('sqlite:')) {
    const database = new BetterSqlite(url.slice('sqlite:'.length))
    database.exec(statement)
    database.close()
    return
  }
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement)
  await client.end()
}
