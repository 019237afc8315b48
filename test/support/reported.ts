import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { project } from './cli.ts'
import { aProject } from './documents.ts'
import { tokenidpHere } from './in-process.ts'

/** Wrong in two places. */
export const WRONG = `apiVersion: tokenidp.dev/v1
kind: Application
metadata: { tenant: acme, name: shop }
spec:
  type: spa
  redirect_uris: [https://shop.acme.example/callback]
  displayName: "Acme <shop> & 100%,\\u0007 \u0085 注文"
  color: red
`

/** Right, with warnings. */
export const LOOSE = `apiVersion: tokenidp.dev/v1
kind: Application
metadata: { tenant: acme, name: shop }
spec:
  type: spa
  redirectUris: [https://shop.acme.example/callback]
  tokens: { access: { ttl: 8h } }
`

/** The project of a shop, below the folder of a repository. */
export function aShop(files: Readonly<Record<string, string>>) {
  const root = project(
    Object.fromEntries(
      Object.entries(aProject(files)).map(([name, text]) => [`idp/${name}`, text]),
    ),
  )
  const run = (words: readonly string[], env: Record<string, string> = {}) =>
    tokenidpHere([...words, '-C', 'idp'], { cwd: root, env })
  return { root, run, read: (name: string) => readFileSync(join(root, name), 'utf8') }
}
