import BetterSqlite from 'better-sqlite3'
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'
import pg from 'pg'

/** What the peer's SQL adapters need of a database: one statement, and its first row. */
interface Statements {
  row(sql: string, values: readonly unknown[]): Promise<Record<string, unknown> | undefined>
}

const TABLE = `create table if not exists peer (
  key text primary key, payload text not null, grant_id text, uid text, user_code text, expires_at bigint)`
const INDEXES = ['grant_id', 'uid', 'user_code'].map(
  (column) =>
    `create index if not exists peer_${column} on peer (${column}) where ${column} is not null`,
)

/** As its documentation asks for it: one row for each thing it keeps, found by its id, uid, user code or grant. */
const adapterOver =
  (statements: Statements): AdapterFactory =>
  (kind): Adapter => {
    const keyOf = (id: string): string => `${kind}:${id}`
    const payloadOf = (row: Record<string, unknown> | undefined): AdapterPayload | undefined =>
      row === undefined ? undefined : (JSON.parse(String(row.payload)) as AdapterPayload)
    const found = async (column: string, value: string) =>
      payloadOf(await statements.row(`select payload from peer where ${column} = $1`, [value]))
    return {
      async upsert(id, payload, expiresIn) {
        await statements.row(
          `insert into peer (key, payload, grant_id, uid, user_code, expires_at) values ($1, $2, $3, $4, $5, $6)
           on conflict (key) do update set payload = excluded.payload, expires_at = excluded.expires_at`,
          [
            keyOf(id),
            JSON.stringify(payload),
            payload.grantId ?? null,
            payload.uid ?? null,
            payload.userCode ?? null,
            Math.floor(Date.now() / 1000) + (expiresIn ?? 0),
          ],
        )
      },
      find: (id) => found('key', keyOf(id)),
      findByUid: (uid) => found('uid', uid),
      findByUserCode: (userCode) => found('user_code', userCode),
      async consume(id) {
        const payload = await found('key', keyOf(id))
        if (payload === undefined) return
        const consumed = JSON.stringify({ ...payload, consumed: Math.floor(Date.now() / 1000) })
        await statements.row('update peer set payload = $1 where key = $2', [consumed, keyOf(id)])
      },
      async destroy(id) {
        await statements.row('delete from peer where key = $1', [keyOf(id)])
      },
      async revokeByGrantId(grantId) {
        await statements.row('delete from peer where grant_id = $1', [grantId])
      },
    }
  }

/** As durable as ours: what was answered survives a power cut. */
export function onSqlite(path: string): AdapterFactory {
  const database = new BetterSqlite(path)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  for (const statement of [TABLE, ...INDEXES]) database.exec(statement)
  const prepared = new Map<string, BetterSqlite.Statement>()
  return adapterOver({
    async row(sql, values) {
      let statement = prepared.get(sql)
      if (statement === undefined) {
        statement = database.prepare(sql.replaceAll(/\$\d/g, '?'))
        prepared.set(sql, statement)
      }
      if (statement.reader) return statement.get(...values) as Record<string, unknown> | undefined
      statement.run(...values)
      return undefined
    },
  })
}

export async function onPostgres(url: string): Promise<AdapterFactory> {
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  for (const statement of [TABLE, ...INDEXES]) await pool.query(statement)
  const names = new Map<string, string>()
  return adapterOver({
    async row(sql, values) {
      const name = names.get(sql) ?? `s${names.size}`
      names.set(sql, name)
      const { rows } = await pool.query({ name, text: sql, values: [...values] })
      return rows[0]
    },
  })
}
