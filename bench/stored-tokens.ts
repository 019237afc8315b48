import { statSync } from 'node:fs'
import pg from 'pg'
import { behind } from '../test/support/behind.ts'

const MILLION = 1_000_000
/** They were issued in the last 50 minutes, and so are not yet looked through for what is over. */
const WINDOW_MS = 3_000_000
const DAY = 86_400

const isSqlite = (databaseUrl: string): boolean => databaseUrl.startsWith('sqlite:')

/** Live access tokens beside the one that is there, with keys in the order of time as servers make them. */
export async function storeTokens(databaseUrl: string, count: number): Promise<void> {
  const now = Date.now()
  for (let first = 0; first < count; first += MILLION) {
    const last = Math.min(count, first + MILLION) - 1
    const at = `${now - WINDOW_MS} + (n * ${WINDOW_MS}) / ${count}`
    const [key, numbers] = isSqlite(databaseUrl)
      ? [
          `unhex(printf('%012x', ${at}) || hex(randomblob(32)))`,
          `(with recursive s(n) as (select ${first} union all select n + 1 from s where n < ${last})
            select n from s)`,
        ]
      : [
          `decode(lpad(to_hex(${at}), 12, '0'), 'hex') || sha256(n::text::bytea)`,
          `generate_series(${first}::bigint, ${last}) as s(n)`,
        ]
    await behind(
      databaseUrl,
      `insert into access_token (tenant, key, application_uid, subject, scope, audience, format,
        issued_at, expires_at) select tenant, ${key}, application_uid, subject, scope, audience,
        format, issued_at, issued_at + ${DAY}
        from (select * from access_token limit 1) as one, ${numbers}`,
    )
  }
  if (!isSqlite(databaseUrl)) await behind(databaseUrl, 'vacuum analyze access_token')
}

/** Megabytes, of a database that no server has open. */
export async function megabytesOf(databaseUrl: string): Promise<number> {
  if (isSqlite(databaseUrl)) return statSync(databaseUrl.slice('sqlite:'.length)).size / MILLION
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query('select pg_database_size(current_database()) as size')
  await client.end()
  return Number(rows[0]?.size) / MILLION
}
