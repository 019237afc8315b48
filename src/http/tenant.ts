import type { Snapshot } from '../model/snapshot.ts'
import type { Tenant } from '../model/tenant.ts'

export interface Place {
  readonly tenant: Tenant
  /** Below the issuer. */
  readonly path: string
  /** Reached through a host that is not the issuer's. */
  readonly isElsewhere: boolean
}

/** RFC 8414 §3.1: the well-known segment stands before the issuer's path. */
const INSERTED = /^(\/\.well-known\/(?:oauth-authorization-server|openid-configuration))(\/[^/]+)$/

/** Whose address this is. The Host header is only ever compared with configured hosts. */
export function placeOf(host: string, path: string, snapshot: Snapshot): Place | undefined {
  const own = ownTenant(host, snapshot)
  if (own) return { tenant: own, path, isElsewhere: !isIssuerHost(host, own) }
  const inserted = path.startsWith('/.well-known/') ? INSERTED.exec(path) : null
  if (inserted) return placeOf(host, `${inserted[2]}${inserted[1]}`, snapshot)
  const [, name = ''] = path.split('/', 2)
  const named = snapshot.byName.get(name)
  if (named && named.path === `/${name}`)
    return { tenant: named, path: path.slice(named.path.length), isElsewhere: false }
  return snapshot.root && { tenant: snapshot.root, path, isElsewhere: false }
}

/** Where certificates are asked for (RFC 8705 §5): below the tenant's name, whatever its own host. */
export function aliasPlaceOf(_host: string, path: string, { byName }: Snapshot): Place | undefined {
  const [, name = ''] = path.split('/', 2)
  const tenant = byName.get(name)
  return tenant && { tenant, path: path.slice(name.length + 1), isElsewhere: false }
}

const ownTenant = (host: string, { byHost }: Snapshot): Tenant | undefined =>
  byHost.size === 0 ? undefined : (byHost.get(host) ?? byHost.get(withoutPort(host)))

const isIssuerHost = (host: string, { hosts: [first = ''] }: Tenant): boolean =>
  withoutPort(first.toLowerCase()) === withoutPort(host)

const withoutPort = (host: string): string => host.replace(/:\d+$/, '')
