import { createHash, randomBytes } from 'node:crypto'
import type { Paths } from './paths.ts'
import { CLIENT_SECRET, REDIRECT_URI } from './setting.ts'
import type { Visitor } from './visitor.ts'

/** The button of a form that has several. */
const PRESSED = { action: 'sign-in' }

const CLIENT = { client_id: 'web', client_secret: CLIENT_SECRET }

export interface Person {
  readonly username: string
  readonly password: string
}

export interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly id_token: string
}

/** A whole sign-in, with everything that a person's browser and the application send for it. */
export async function signIn(visitor: Visitor, paths: Paths, person: Person): Promise<Tokens> {
  const { verifier, path } = anAuthorizationRequest(paths)
  const page = await visitor.follow(path)
  if (page.status !== 200) throw new Error(`the sign-in page answered ${page.status}`)
  const done = await visitor.follow(page.path, {
    form: { ...hiddenIn(page.body), ...person, ...PRESSED },
  })
  return redeem(visitor, paths, { verifier, url: done.path })
}

/** Somebody who is signed in comes from another application. */
export async function singleSignOn(visitor: Visitor, paths: Paths): Promise<Tokens> {
  const { verifier, path } = anAuthorizationRequest(paths)
  const done = await visitor.follow(path)
  return redeem(visitor, paths, { verifier, url: done.path })
}

export const refresh = (visitor: Visitor, paths: Paths, token: string): Promise<Tokens> =>
  tokensFor(visitor, paths, { grant_type: 'refresh_token', refresh_token: token })

function anAuthorizationRequest(paths: Paths) {
  const verifier = randomBytes(32).toString('base64url')
  const query = new URLSearchParams({
    client_id: CLIENT.client_id,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: 'openid offline_access read',
    state: randomBytes(8).toString('hex'),
    nonce: randomBytes(8).toString('hex'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  return { verifier, path: `${paths.authorize}?${query}` }
}

const HIDDEN = /<input(?=[^>]*\stype="hidden")(?=[^>]*\sname="([^"]*)")(?=[^>]*\svalue="([^"]*)")/g

const hiddenIn = (page: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...page.matchAll(HIDDEN)].map(([, name = '', value = '']) => [name, value]))

interface Redeeming {
  readonly verifier: string
  readonly url: string
}

function redeem(visitor: Visitor, paths: Paths, { verifier, url }: Redeeming): Promise<Tokens> {
  const code = new URL(url, REDIRECT_URI).searchParams.get('code')
  if (code === null || !url.startsWith(REDIRECT_URI)) throw new Error(`no code at ${url}`)
  const grant = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI }
  return tokensFor(visitor, paths, { ...grant, code_verifier: verifier })
}

async function tokensFor(
  visitor: Visitor,
  paths: Paths,
  grant: Readonly<Record<string, string>>,
): Promise<Tokens> {
  const { status, body } = await visitor.behind(paths.token, { form: { ...CLIENT, ...grant } })
  if (status !== 200) throw new Error(`${paths.token} answered ${status}: ${body}`)
  const tokens = JSON.parse(body) as Partial<Tokens>
  const { access_token, refresh_token, id_token } = tokens
  if (access_token === undefined || refresh_token === undefined || id_token === undefined)
    throw new Error(`${paths.token} answered with ${Object.keys(tokens).join(', ')} only`)
  return { access_token, refresh_token, id_token }
}
