/**
 * The sector that an application belongs to (OpenID Connect Core §8.1): the host of its sector identifier,
 * or the one host of all its redirect URIs. `undefined` where neither tells.
 */
export function sectorOf(
  sectorIdentifierUri: string | undefined,
  redirectUris: readonly string[],
): string | undefined {
  if (sectorIdentifierUri !== undefined) return hostOf(sectorIdentifierUri)
  const [host, other] = new Set(redirectUris.map(hostOf))
  return other === undefined ? host : undefined
}

/** Addresses of an application's own scheme have none. */
function hostOf(uri: string): string | undefined {
  const url = URL.parse(uri)
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.hostname : undefined
}
