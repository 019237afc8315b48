import type { Insertable } from 'kysely'
import type { Tables } from './tables.ts'

/** Tables whose rows come one by one and in crowds, with what PostgreSQL calls the types of their columns. */
const COLUMNS = {
  access_token: {
    tenant: 'text',
    key: 'bytea',
    authorization_uid: 'text',
    application_uid: 'text',
    user_uid: 'text',
    subject: 'text',
    scope: 'text',
    audience: 'text',
    format: 'text',
    issued_at: 'bigint',
    expires_at: 'bigint',
    revoked_at: 'bigint',
  },
} as const satisfies { readonly [T in keyof Tables]?: Readonly<Record<keyof Tables[T], string>> }

export type Appended = keyof typeof COLUMNS
export type AppendedRow = Readonly<Insertable<Tables[Appended]>>

export const NAMES = { access_token: Object.keys(COLUMNS.access_token) as (keyof AppendedRow)[] }

/** In the order of the columns. */
export const valuesOf = (table: Appended, row: AppendedRow): unknown[] =>
  NAMES[table].map((name) => row[name])

const insertInto = (table: Appended): string =>
  `insert into ${table} (${NAMES[table]}) values (${NAMES[table].map(() => '?')})`

/** For one row. */
export const INSERT_ONE = { access_token: insertInto('access_token') } as const

/** For any number of rows: one list for each column. */
export function insertMany(table: Appended): string {
  const lists = Object.values(COLUMNS[table]).map((type, index) => `$${index + 1}::${type}[]`)
  return `insert into ${table} (${NAMES[table].join(', ')}) select * from unnest(${lists.join(', ')})`
}
