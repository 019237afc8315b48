import pg from 'pg'

const PATIENCE_MS = 3000

/**
 * Whether something between us and PostgreSQL hands out its connections per transaction: then two of
 * ours share one of its processes, or one of ours has several. What cannot be asked is not.
 */
export async function isPooledByTransaction(url: string): Promise<boolean> {
  const [one, other] = [aClient(url), aClient(url)]
  try {
    await Promise.all([one.connect(), other.connect()])
    const first = await processOf(one)
    await other.query('begin')
    // With a single process in the pool, this is it, and nobody else is answered meanwhile.
    if ((await processOf(other)) === first) return true
    return (await processOf(one)) !== first
  } catch {
    return false
  } finally {
    await Promise.allSettled([one.end(), other.end()])
  }
}

function aClient(url: string): pg.Client {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'tokenidp probe',
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
  })
  client.on('error', () => undefined)
  return client
}

async function processOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query('select pg_backend_pid() as pid')
  return rows[0].pid
}
