import type { KeyObject, X509Certificate } from 'node:crypto'
import { sha256 } from '../../base/digest.ts'
import type { EpochSeconds } from '../../base/time.ts'
import type { Jwk } from '../../model/jwk.ts'

/** What a certificate adds to the public key, or why it may not be published with it. */
export type Certified =
  | { readonly members: Jwk; readonly leaf: X509Certificate | undefined }
  | { readonly why: string }

/** RFC 7517 §4.7, §4.9: the key's own certificate first, each issued by the next. */
export function certified(
  key: KeyObject,
  given: readonly X509Certificate[],
  now: EpochSeconds,
): Certified {
  if (given.length === 0) return { members: {}, leaf: undefined }
  const leaf = given.find((each) => each.checkPrivateKey(key))
  if (leaf === undefined) return { why: 'no certificate beside it is of this key' }
  const [from, to] = [leaf.validFromDate, leaf.validToDate].map((date) => date.getTime() / 1000)
  if (to !== undefined && to <= now) return { why: `its certificate ended: ${leaf.validTo}` }
  if (from !== undefined && from > now)
    return { why: `its certificate is not valid before ${leaf.validFrom}` }
  const x5c = chainOf(leaf, given).map(({ raw }) => raw.toString('base64'))
  return { members: { x5c, 'x5t#S256': sha256(leaf.raw).toString('base64url') }, leaf }
}

function chainOf(
  leaf: X509Certificate,
  given: readonly X509Certificate[],
): readonly X509Certificate[] {
  const chain = [leaf]
  for (let last: X509Certificate | undefined = leaf; last !== undefined; ) {
    const issued: X509Certificate = last
    last = given.find((each) => !chain.includes(each) && issued.checkIssued(each))
    if (last !== undefined) chain.push(last)
  }
  return chain
}
