import type { Finding, Rule } from './rule.ts'

const PATH = ['spec', 'publicUrl']

/** RFC 8414 §2: an issuer is https. */
export const publicUrlHttps: Rule = {
  code: 'TIDP2030',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Environment')) {
      const { kind, publicUrl } = item.document.spec
      if (kind === 'dev' || publicUrl.startsWith('https://')) continue
      yield {
        item,
        path: PATH,
        message: 'the public URL of a production environment is https',
        hint: 'write https://…; TLS may end in front of tokenidp',
      }
    }
  },
}

/** Issuers are made by appending to it, and are compared character by character. */
export const publicUrlOrigin: Rule = {
  code: 'TIDP3005',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Environment')) {
      const { publicUrl } = item.document.spec
      const url = URL.parse(publicUrl)
      if (url !== null && /^https?:$/.test(url.protocol) && url.origin === publicUrl) continue
      const origin = url === null || url.origin === 'null' ? undefined : url.origin
      yield {
        item,
        path: PATH,
        message: 'the public URL is scheme, host and port, in lower case, with nothing after them',
        hint: `write ${origin ?? 'https://id.example.com'}`,
      }
    }
  },
}
