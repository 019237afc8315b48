import type { Format } from './setting.ts'

/** Where a server has its endpoints, below its URL. */
export interface Paths {
  readonly token: string
  readonly introspect: string
  readonly discovery: string
  readonly jwks: string
  readonly authorize: string
  readonly userinfo: string
}

export const ours = (format: Format): Paths => ({
  token: `/${format}/token`,
  introspect: `/${format}/introspect`,
  discovery: `/${format}/.well-known/openid-configuration`,
  jwks: `/${format}/jwks.json`,
  authorize: `/${format}/authorize`,
  userinfo: `/${format}/userinfo`,
})

export const PEER: Paths = {
  token: '/token',
  introspect: '/token/introspection',
  discovery: '/.well-known/openid-configuration',
  jwks: '/jwks',
  authorize: '/auth',
  userinfo: '/me',
}
