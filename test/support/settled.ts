import { once } from 'node:events'
import { request } from 'node:https'
import { createServer } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { onTestFinished } from 'vitest'
import { project } from './cli.ts'
import { aProject } from './documents.ts'

/** The project file with what it says of this machine. */
export const withSettings = (spec: string): string => {
  const files = aProject()
  const settled = files['tokenidp.yaml']?.replace(
    'name: shop\n',
    `name: shop\nspec:\n  id: shop\n${spec}`,
  )
  return project({ ...files, 'tokenidp.yaml': settled ?? '' })
}

/** Whose certificate answers, and what. Nobody has to vouch for it. */
export const overTls = (url: string) =>
  new Promise<{ status: number | undefined; certificate: string; body: string }>((done, fail) => {
    const outgoing = request(url, { rejectUnauthorized: false, agent: false }, async (incoming) => {
      const certificate = (incoming.socket as TLSSocket).getPeerCertificate().raw.toString('base64')
      let body = ''
      for await (const chunk of incoming) body += String(chunk)
      done({ status: incoming.statusCode, certificate, body })
    })
    outgoing.on('error', fail).end()
  })

/** An address per source, all of them taken: which one is complained of was chosen. */
export async function taken(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  return `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}
