import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { setTimeout as moment } from 'node:timers/promises'
import pg from 'pg'
import { aFolder } from './folder.ts'
import { freePort } from './free-port.ts'
import { requireProgram } from './package.ts'

const PROGRAM = '/usr/sbin/pgbouncer'

export interface Pooling {
  readonly mode: 'transaction' | 'session'
  readonly size: number
}

/** A PgBouncer on loopback in front of this database, until it is closed. */
export async function pooling(databaseUrl: string, { mode, size }: Pooling) {
  requireProgram(PROGRAM, 'pgbouncer')
  const port = await freePort()
  const to = new URL(databaseUrl)
  const folder = aFolder({})
  folder.write(
    'pgbouncer.ini',
    `[databases]
* = host=${to.hostname} port=${to.port} user=${to.username}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = ${size}
max_client_conn = 200
`,
  )
  chmodSync(folder.path, 0o755)
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  const child = spawn(PROGRAM, ['-q', ...user, `${folder.path}/pgbouncer.ini`], {
    stdio: 'inherit',
  })
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${port}`
  await answering(url.href, child)
  return {
    url: url.href,
    async close() {
      child.kill('SIGKILL')
      if (child.exitCode === null) await once(child, 'exit')
      folder.remove()
    },
  }
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200 && child.exitCode === null; tries += 1) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.end()
      return
    } catch {
      await moment(50)
    }
  }
  throw new Error('PgBouncer did not begin to answer')
}
