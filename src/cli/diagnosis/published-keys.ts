import { isJsonObject } from '../../base/json.ts'
import type { StoredKey } from '../../model/key.ts'
import { jwksMaxAge } from '../../model/key-times.ts'
import type { Tenant } from '../../model/tenant.ts'
import { publishedKeys } from '../../oauth/keys/ring.ts'
import { printable } from '../printable.ts'
import { bad, type Finding, good } from './finding.ts'

const PATIENCE_MS = 5_000
const MAX_LENGTH = 262_144

/** Holds the JWKS that verifiers get against the keys of the database. */
export async function publishedFindings(
  url: URL,
  tenant: Tenant,
  stored: readonly StoredKey[],
): Promise<readonly Finding[]> {
  try {
    // Whoever answers with a redirect is no issuer: verifiers need not follow it.
    const answer = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: { accept: 'application/json' },
    })
    if (answer.status !== 200)
      return [
        bad(
          'address',
          `${url.href} answers ${answer.status}`,
          'look at the proxy before the servers',
        ),
      ]
    const body = await answer.text()
    return [
      good('address', `${url.href} answers`),
      kidFinding(body.length > MAX_LENGTH ? undefined : kidsIn(body), stored),
      ageFinding(answer.headers, tenant),
    ]
  } catch (error) {
    const why = error instanceof Error ? (reasonOf(error.cause) ?? error.name) : 'it failed'
    return [
      bad(
        'address',
        printable(`${url.href} cannot be reached: ${why}`),
        'start a server, or name another address with --url',
      ),
    ]
  }
}

const reasonOf = (cause: unknown): string | undefined =>
  cause instanceof Error ? ('code' in cause ? String(cause.code) : cause.message) : undefined

function kidFinding(found: readonly string[] | undefined, stored: readonly StoredKey[]): Finding {
  if (found === undefined)
    return bad('kids', 'what it answers is no JWKS', 'look at the proxy before the servers')
  const wanted = kidsIn(publishedKeys(stored).body.toString()) ?? []
  const missing = wanted.filter((kid) => !found.includes(kid))
  const surplus = found.filter((kid) => !wanted.includes(kid))
  if (missing.length + surplus.length === 0) return good('kids', `${found.length}, all as they are`)
  const parts = [
    ...(missing.length === 0 ? [] : [`not published: ${missing.join(' ')}`]),
    ...(surplus.length === 0 ? [] : [`published and not to be trusted: ${surplus.join(' ')}`]),
  ]
  return bad(
    'kids',
    printable(parts.join('; ')),
    'a cache before the servers keeps it for too long, or they use another database',
  )
}

function kidsIn(text: string): readonly string[] | undefined {
  try {
    const jwks: unknown = JSON.parse(text)
    if (!isJsonObject(jwks) || !Array.isArray(jwks.keys)) return undefined
    return jwks.keys.map((key: unknown) => (isJsonObject(key) ? String(key.kid) : ''))
  } catch {
    return undefined
  }
}

function ageFinding(headers: Headers, { keyPolicy }: Tenant): Finding {
  const [, said] = /(?:^|[,\s])max-age=(\d+)/i.exec(headers.get('cache-control') ?? '') ?? []
  const most = jwksMaxAge(keyPolicy)
  if (said === undefined)
    return bad('caching', 'it does not say how long it may be kept', 'let Cache-Control through')
  if (Number(said) <= most) return good('caching', `may be kept for ${said} s`)
  return bad(
    'caching',
    `it may be kept for ${said} s, and the key policy allows ${most} s`,
    'let Cache-Control through as the servers set it',
  )
}
