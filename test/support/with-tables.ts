import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { openStore } from '../../src/store/open.ts'

/** What databases are copied from whose tests begin where the migrations end. */
export const WITH_TABLES = 'with_tables'

export async function makeTables(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`create database ${WITH_TABLES}`)
  await client.end()
  const own = new URL(url)
  own.pathname = `/${WITH_TABLES}`
  const random = { bytes: (length: number) => randomBytes(length) }
  const store = await openStore(own.href, { schema: 'migrate', random })
  await store.close()
}
