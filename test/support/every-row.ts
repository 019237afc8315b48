import BetterSqlite from 'better-sqlite3'
import pg from 'pg'

const TABLES = {
  sqlite: `select name from sqlite_master where type = 'table'`,
  postgres: `select table_name as name from information_schema.tables where table_schema = 'public'`,
}

type Query = (statement: string) => Promise<readonly Readonly<Record<string, unknown>>[]>

/** All that a database holds, as one text: what is not in it, the database does not know. */
export async function everyRow(url: string): Promise<string> {
  if (url.startsWith('sqlite:')) {
    const database = new BetterSqlite(url.slice('sqlite:'.length), { readonly: true })
    const query: Query = async (statement) =>
      database.prepare(statement).all() as Record<string, unknown>[]
    return textOf(TABLES.sqlite, query).finally(() => database.close())
  }
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const query: Query = async (statement) => (await client.query(statement)).rows
  return textOf(TABLES.postgres, query).finally(() => client.end())
}

async function textOf(tables: string, query: Query): Promise<string> {
  const texts: string[] = []
  for (const { name } of await query(tables))
    for (const row of await query(`select * from "${name}"`))
      texts.push(`${name} ${Object.values(row).map(asText).join(' ')}`)
  return texts.join('\n')
}

const asText = (value: unknown): string =>
  Buffer.isBuffer(value) ? value.toString('latin1') : String(value)
