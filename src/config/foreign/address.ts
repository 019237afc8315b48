import type { ApplicationType } from '../../model/application.ts'

/** Why something is left out, and what to do about it. */
export interface Obstacle {
  readonly was: string
  readonly instead: string
}

interface Place {
  readonly type: ApplicationType
  readonly isDev: boolean
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost'])

export const isLoopback = (url: URL): boolean => LOOPBACK.has(url.hostname)

export const isWeb = (url: URL): boolean => url.protocol === 'https:' || url.protocol === 'http:'

/** What documents can hold and a browser can be sent to; undefined for anything else. */
export const addressOf = (text: string): URL | undefined =>
  text.length <= 2048 &&
  /^[!#-;=?-[\]_a-z~]+$/.test(text) &&
  (!/^https?:/i.test(text) || /^https?:\/\/[^/]/.test(text))
    ? (URL.parse(text) ?? undefined)
    : undefined

/** Why a redirect URI, for sign-in or sign-out, cannot be one here. */
export function redirectObstacle(text: string, { type, isDev }: Place): Obstacle | undefined {
  const was = (what: string): string => `${shown(text)}: ${what}`
  if (text.includes('*'))
    return {
      was: was('a wildcard'),
      instead: 'list each address: they are compared character by character',
    }
  if (text.includes('#')) return { was: was('a fragment'), instead: 'list the address without it' }
  const url = addressOf(text)
  if (url === undefined)
    return {
      was: was('no absolute address'),
      instead: 'list the address as the browser is sent to it',
    }
  if (url.username + url.password !== '')
    return { was: 'an address with a user or password', instead: 'list the address without them' }
  if (url.protocol === 'http:') return plainObstacle(url, was, { type, isDev })
  if (isWeb(url)) return undefined
  if (type !== 'native')
    return {
      was: was('a scheme of its own'),
      instead: 'describe another application of type native for it',
    }
  return url.protocol.includes('.')
    ? undefined
    : {
        was: was('a scheme that any application could claim'),
        instead: 'use one that begins with a domain of yours, reversed: com.example.app:/callback',
      }
}

function plainObstacle(
  url: URL,
  was: (what: string) => string,
  { type, isDev }: Place,
): Obstacle | undefined {
  if (!isLoopback(url))
    return { was: was('plain http'), instead: 'move it to https, and list that' }
  if (isDev || type === 'native') return undefined
  return {
    was: was('plain http to this machine'),
    instead: 'import with --dev, for an environment of kind: dev',
  }
}

/** Why an address that our server calls, or opens in a frame, cannot be one here. */
export function serverObstacle(text: string, isDev: boolean): Obstacle | undefined {
  const url = /[#*]/.test(text) ? undefined : addressOf(text)
  if (url === undefined || url.username + url.password !== '')
    return { was: 'an address that cannot be called', instead: 'write the one address, over https' }
  if (url.protocol === 'https:' || (isDev && url.protocol === 'http:' && isLoopback(url)))
    return undefined
  return { was: `${shown(text)}: not https`, instead: 'move it to https, and write that' }
}

/** Why an origin cannot be one here. */
export function originObstacle(text: string, isDev: boolean): Obstacle | undefined {
  if (text.includes('*'))
    return { was: `${shown(text)}: a wildcard`, instead: 'list each origin in corsOrigins' }
  const url = addressOf(text)
  if (url === undefined || url.origin !== text)
    return {
      was: `${shown(text)}: no origin`,
      instead: 'list scheme, host and port, and nothing after them',
    }
  if (url.protocol === 'https:' || (isDev && isLoopback(url))) return undefined
  return { was: `${shown(text)}: plain http`, instead: 'move it to https, or import with --dev' }
}

/** For the list: not endless, and without what stands before @. */
export const shown = (text: string): string =>
  `"${text.replace(/\/\/[^/@]*@/, '//').slice(0, 120)}${text.length > 120 ? '…' : ''}"`
