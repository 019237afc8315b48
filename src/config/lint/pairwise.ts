import { sectorOf } from '../sector.ts'
import type { Finding, Rule } from './rule.ts'

/** OpenID Connect Core §8.1: hosts that share a person's subject must say that they belong together. */
export const pairwiseSector: Rule = {
  code: 'TIDP2061',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { subject, sectorIdentifierUri, redirectUris = [] } = item.document.spec
      if (subject !== 'pairwise' || sectorIdentifierUri !== undefined) continue
      if (sectorOf(undefined, redirectUris) !== undefined) continue
      yield {
        item,
        path: ['spec', 'subject'],
        message:
          redirectUris.length > 1
            ? 'its redirect URIs have no one host, so its sector is not known'
            : 'it has no redirect URI with a host, so its sector is not known',
        hint: 'write spec.sectorIdentifierUri',
      }
    }
  },
}

/** OpenID Connect Core §8.1: whoever can change what is there could join another's sector. */
export const sectorIdentifier: Rule = {
  code: 'TIDP2062',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { subject, sectorIdentifierUri } = item.document.spec
      if (sectorIdentifierUri === undefined) continue
      const path = ['spec', 'sectorIdentifierUri']
      if (URL.parse(sectorIdentifierUri)?.protocol !== 'https:')
        yield {
          item,
          path,
          message: `the sector identifier ${sectorIdentifierUri} is not an https address`,
          hint: 'write an address over https',
        }
      else if (subject !== 'pairwise')
        yield {
          item,
          path,
          severity: 'warning',
          message: 'a sector identifier is without effect where the subject is public',
          hint: 'write subject: pairwise, or remove the line',
        }
    }
  },
}
