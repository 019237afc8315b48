import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { setTimeout as moment } from 'node:timers/promises'
import { aFolder } from './folder.ts'
import { requireProgram } from './package.ts'

const APACHE = '/usr/sbin/apache2'
const MODULES = '/usr/lib/apache2/modules'

const basis = (root: string, port: number): string => `
ServerRoot ${root}
Listen 127.0.0.1:${port}
ServerName 127.0.0.1
PidFile ${root}/apache.pid
ErrorLog ${root}/error.log
DefaultRuntimeDir ${root}
Mutex file:${root}
User www-data
Group www-data
${['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'headers', 'auth_openidc']
  .map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`)
  .join('\n')}
DocumentRoot ${root}/htdocs
`

/** Apache on a port of loopback, with its own module for OpenID Connect, until it is closed. */
export async function servingApache(port: number, config: string, pages: Record<string, string>) {
  requireProgram(APACHE, 'apache2')
  requireProgram(`${MODULES}/mod_auth_openidc.so`, 'libapache2-mod-auth-openidc')
  const files = Object.entries(pages).map(([name, text]) => [`htdocs/${name}`, text] as const)
  const folder = aFolder(Object.fromEntries(files))
  chmodSync(folder.path, 0o755)
  folder.write('apache.conf', `${basis(folder.path, port)}${config}`)
  const child = spawn(APACHE, ['-f', `${folder.path}/apache.conf`, '-D', 'FOREGROUND'], {
    stdio: 'inherit',
  })
  await answering(port, child)
  return {
    async close() {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
      folder.remove()
    },
  }
}

async function answering(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200 && child.exitCode === null; tries += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined)
    if (answer !== undefined) return
    await moment(50)
  }
  throw new Error('Apache did not begin to answer')
}
