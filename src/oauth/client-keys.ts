import { isJsonObject, type JsonObject } from '../base/json.ts'
import { type Outbound, OutboundError } from '../base/outbound.ts'
import type { EpochSeconds, Seconds } from '../base/time.ts'
import type { Application } from '../model/application.ts'
import { isPublicJwk, type Jwk } from '../model/jwk.ts'
import type { Context } from './context.ts'

/** However often somebody asks for a key that is not there. */
const PAUSE: Seconds = 5
const FRESH = { least: 5, usual: 300, most: 3600 } as const
/** How long the last good answer counts while the application's server is down. */
const STALE: Seconds = 86_400
const MAX_KEYS = 50

interface Kept {
  readonly uri: string
  readonly keys: readonly Jwk[]
  readonly fetchedAt: EpochSeconds
  readonly freshUntil: EpochSeconds
  readonly triedAt: EpochSeconds
}

interface Entry {
  kept: Kept
  fetching: Promise<Kept> | undefined
}

/** By name, or by whatever tells it. */
interface Wanted {
  readonly kid?: string | undefined
  readonly isAmong?: (keys: readonly Jwk[]) => boolean
}

/** One for each process, and no longer than it: by the client through which they came. */
const caches = new WeakMap<Outbound, Map<string, Entry>>()

/**
 * The public keys of an application: those of its document, or those behind its `jwksUri`, which are
 * fetched again when they are old, or when the key that is wanted is not among them.
 */
export async function clientKeys(
  application: Application,
  wanted: Wanted,
  context: Context,
): Promise<readonly Jwk[]> {
  const { jwks, jwksUri } = application
  if (jwksUri === undefined) return jwks
  const entry = entryOf(`${context.tenant.uid} ${application.uid}`, jwksUri, context)
  if (isWanting(entry.kept, wanted, context.now)) {
    entry.fetching ??= fetched(entry.kept, context).finally(() => {
      entry.fetching = undefined
    })
    entry.kept = await entry.fetching
  }
  const { keys, fetchedAt } = entry.kept
  return context.now - fetchedAt <= STALE ? keys : []
}

function entryOf(name: string, uri: string, { outbound }: Context): Entry {
  const cache = caches.get(outbound) ?? new Map<string, Entry>()
  caches.set(outbound, cache)
  const known = cache.get(name)
  if (known?.kept.uri === uri) return known
  const long = Number.NEGATIVE_INFINITY
  const kept = { uri, keys: [], fetchedAt: long, freshUntil: long, triedAt: long }
  const entry: Entry = { kept, fetching: undefined }
  cache.set(name, entry)
  return entry
}

function isWanting(
  { keys, freshUntil, triedAt }: Kept,
  { kid, isAmong }: Wanted,
  now: EpochSeconds,
): boolean {
  if (now < triedAt + PAUSE) return false
  if (now >= freshUntil || (kid !== undefined && keys.every((key) => key.kid !== kid))) return true
  return isAmong !== undefined && !isAmong(keys)
}

/** Never rejects: what was fetched before counts on. */
async function fetched(kept: Kept, { tenant, outbound, log, now }: Context): Promise<Kept> {
  const { uri } = kept
  try {
    const headers = { accept: 'application/jwk-set+json, application/json' }
    const payer = { tenantUid: tenant.uid, purpose: 'client-keys' } as const
    const answer = await outbound.send({ ...payer, method: 'GET', url: uri, headers })
    const keys = answer.status === 200 ? keysIn(answer.body) : undefined
    if (keys !== undefined)
      return { uri, keys, fetchedAt: now, triedAt: now, freshUntil: now + lifetimeOf(answer) }
    log.warn('an application has no keys at its jwksUri', { uri, status: answer.status })
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error
    log.warn('the keys of an application cannot be fetched', { uri, reason: error.reason, error })
  }
  return { ...kept, triedAt: now }
}

function keysIn(body: string): readonly Jwk[] | undefined {
  const set = parsed(body)
  if (!isJsonObject(set) || !Array.isArray(set.keys)) return undefined
  return set.keys.slice(0, MAX_KEYS).filter((key): key is JsonObject => {
    return isJsonObject(key) && isPublicJwk(key)
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** RFC 9111 §5.2.2, within what keeps both sides from harm. */
function lifetimeOf({ headers }: { readonly headers: Readonly<Record<string, string>> }): Seconds {
  const control = headers['cache-control']?.toLowerCase() ?? ''
  if (/(^|[\s,])no-(store|cache)\b/.test(control)) return FRESH.least
  const [, digits] = /(?:^|[\s,])max-age=(\d{1,9})/.exec(control) ?? []
  const wanted = digits === undefined ? FRESH.usual : Number(digits)
  return Math.min(FRESH.most, Math.max(FRESH.least, wanted))
}
