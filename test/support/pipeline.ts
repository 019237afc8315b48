/** What hosted pipelines have in common, for tests that run their recipes here: a repository, a shell, an installer. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { ROOT } from './command.ts'
import { aFolder, type Folder } from './folder.ts'

export const CI = `${ROOT}config-examples/ci/`

export const recipe = (path: string): unknown =>
  parse(readFileSync(`${CI}${path}`, 'utf8'), { merge: true })

export const VERSION: string = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')).version

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export type Env = Readonly<Record<string, string>>

/** A program with these variables and no others, until it ends or is ended. */
export function started([program = '', ...words]: readonly string[], cwd: string, env: Env) {
  const child = spawn(program, words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
    })
  const ended = once(child, 'close').then(([code]): Ran => ({ code: code ?? -1, ...said }))
  return {
    ended,
    async end(signal: NodeJS.Signals): Promise<number> {
      child.kill(signal)
      return (await ended).code
    },
  }
}

export const ran = (program: readonly string[], cwd: string, env: Env): Promise<Ran> =>
  started(program, cwd, env).ended

/** As the runners of GitHub and GitLab start bash for the lines of a step. */
export const bash = (script: string, cwd: string, env: Env): Promise<Ran> =>
  ran(['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', script], cwd, env)

/** A machine to run jobs on: `npm install --global tokenidp@<this version>` there installs what is built here. */
export function aRunner(): Folder & { readonly env: Env } {
  const folder = aFolder({ 'bin/npm': NPM, 'temp/.keep': '', 'home/.keep': '' })
  chmodSync(join(folder.path, 'bin/npm'), 0o755)
  const node = process.execPath.replace(/\/[^/]+$/, '')
  const env = {
    PATH: `${folder.path}/bin:${node}:/usr/bin:/bin`,
    HOME: `${folder.path}/home`,
    CI: 'true',
  }
  return { ...folder, env }
}

const NPM = `#!/bin/sh
prefix=\${0%/bin/npm}
for word; do
  if [ "$last" = --prefix ]; then prefix=$word; fi
  last=$word
done
if [ -e .npmrc ] || [ -e tokenidp.yaml ]; then
  echo "npm would read an .npmrc beside the documents" >&2
  exit 1
fi
if [ "$1" != install ] || [ "$last" != tokenidp@${VERSION} ]; then
  echo "npm $* is not foreseen" >&2
  exit 1
fi
mkdir -p "$prefix/bin"
printf '#!/bin/sh\\nexec "%s" "%s" "$@"\\n' '${process.execPath}' '${ROOT}bin/tokenidp.js' > "$prefix/bin/tokenidp"
chmod +x "$prefix/bin/tokenidp"
`

/** A repository with what is committed to it. */
export function aRepository(files: Readonly<Record<string, string>>) {
  const folder = aFolder(files)
  const git = (...words: string[]): string =>
    execFileSync(
      'git',
      ['-C', folder.path, '-c', 'user.name=a', '-c', 'user.email=a@b', ...words],
      {
        encoding: 'utf8',
      },
    ).trim()
  git('init', '-q', '-b', 'main')
  const commit = (): string => {
    git('add', '-A')
    git('commit', '-q', '--no-verify', '--no-gpg-sign', '--allow-empty', '-m', 'change')
    return git('rev-parse', 'HEAD')
  }
  return { ...folder, git, commit, first: commit() }
}

/** A shop in production, in the form that `fmt` writes. Its last application can go without anybody missing it. */
export const SHOP: Readonly<Record<string, string>> = {
  'tokenidp.yaml': `apiVersion: tokenidp.dev/v1
kind: Project
metadata:
  name: shop
spec:
  guards:
    maxDeletePercent: 50
---
apiVersion: tokenidp.dev/v1
kind: Environment
metadata:
  name: prod
spec:
  kind: production
  publicUrl: https://id.shop.example
`,
  'acme.yaml': `apiVersion: tokenidp.dev/v1
kind: Tenant
metadata:
  name: acme
---
apiVersion: tokenidp.dev/v1
kind: Resource
metadata:
  tenant: acme
  name: orders
spec:
  identifier: https://orders.shop.example
  scopes:
    - name: orders:read
      displayName: Read your orders
`,
  'web.yaml': `apiVersion: tokenidp.dev/v1
kind: Application
metadata:
  tenant: acme
  name: web
spec:
  type: web
  redirectUris:
    - https://shop.example/callback
  scopes:
    - openid
    - orders:read
  clientAuth:
    secrets:
      - id: first # tokenidp-ignore TIDP2091: it lasts as long as the test
        value:
          fromEnv: ACME_WEB_SECRET
`,
  'spa.yaml': `apiVersion: tokenidp.dev/v1
kind: Application
metadata:
  tenant: acme
  name: spa
spec:
  type: spa
  redirectUris:
    - https://spa.shop.example/callback
  scopes:
    - openid
`,
}

/** What has to stay true of it. */
export const KEPT: Readonly<Record<string, string>> = {
  'web.test.yaml': `apiVersion: tokenidp.dev/v1
kind: Test
metadata:
  tenant: acme
  name: web
spec:
  application: web
  tests:
    - name: answers go to the shop
      when:
        redirectUri: https://shop.example/callback
      expect: accepted
`,
}

export const SECRET = 'canary-of-the-web-shop-2f81c0'
