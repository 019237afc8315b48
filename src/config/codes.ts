import type { Diagnostic, Position } from '../base/diagnostic.ts'

/** Every code with what it stands for. 0xxx parse, 1xxx schema and references, 2xxx security, 3xxx correctness. Never reused. */
export const CODES = {
  TIDP0001: 'not valid YAML',
  TIDP0002: 'not UTF-8 text',
  TIDP0003: 'key written twice',
  TIDP0004: 'indented with a tab',
  TIDP0005: 'not YAML 1.2',
  TIDP0006: 'ambiguous YAML',
  TIDP0007: 'alias that cannot be expanded',
  TIDP0008: 'document too deep or too large',
  TIDP0009: 'number that cannot be kept exactly',
  TIDP0010: 'key that is not allowed',
  TIDP0011: 'file cannot be read',
  TIDP0012: 'file too large',
  TIDP0013: 'link that leaves the project',
  TIDP0014: 'text with characters that cannot be stored',
  TIDP0015: 'pattern that matches no file',
  TIDP1001: 'unknown kind',
  TIDP1002: 'unknown apiVersion',
  TIDP1003: 'not a document of a configuration',
  TIDP1101: 'unknown field',
  TIDP1102: 'missing field',
  TIDP1103: 'wrong type',
  TIDP1104: 'not one of the allowed values',
  TIDP1105: 'value of the wrong form',
  TIDP1106: 'item listed twice',
  TIDP1201: 'object described twice',
  TIDP1202: 'identifier used twice',
  TIDP1203: 'reference to nothing',
  TIDP1210: 'no Project',
  TIDP1211: 'more than one Project',
  TIDP1212: 'no Environment',
  TIDP1301: 'environment variable not set',
  TIDP1302: 'secret file cannot be read',
  TIDP1303: 'empty secret',
  TIDP2001: 'literal secret outside a dev environment',
  TIDP2002: 'password in the database URL',
  TIDP2003: 'User outside a dev environment',
  TIDP2004: 'public application with a secret',
  TIDP2005: 'authentication method does not suit the type',
  TIDP2006: 'PKCE is optional',
  TIDP2010: 'redirect URI with a wildcard',
  TIDP2011: 'redirect URI with a fragment',
  TIDP2012: 'redirect URI that is not an absolute URI',
  TIDP2013: 'redirect URI over plain http',
  TIDP2014: 'redirect URI with localhost by name',
  TIDP2015: 'redirect URI with user information',
  TIDP2016: 'redirect URI with a private scheme',
  TIDP2020: 'access tokens live long',
  TIDP2021: 'refresh tokens live long',
  TIDP2022: 'public application without refresh rotation',
  TIDP2030: 'public URL is not https',
  TIDP2040: 'outbound requests into a private network',
  TIDP2041: 'private key in a document',
  TIDP2042: 'keys fetched over plain http',
  TIDP2043: 'secret too short to sign with',
  TIDP2044: 'assertions addressed to endpoints',
  TIDP2045: 'sign-in started over plain http',
  TIDP2050: 'device codes live long',
  TIDP2051: 'devices ask too often',
  TIDP2055: 'backchannel authentication told over plain http',
  TIDP2060: 'declared claim that only the server may make',
  TIDP2061: 'pairwise subject without a sector',
  TIDP2062: 'sector identifier that cannot be one',
  TIDP2070: 'trusted proxies that are strangers',
  TIDP2071: 'rate limits are off',
  TIDP2072: 'rate limits that limit nothing',
  TIDP2073: 'CORS origin with a wildcard',
  TIDP2074: 'CORS origin over plain http',
  TIDP2075: 'CORS origin on the machine of the visitor',
  TIDP2076: 'CORS origin of an application without scripts',
  TIDP2077: 'weak cipher suite',
  TIDP2065: 'logout URI that is not https',
  TIDP2066: 'logout URI that is no plain address',
  TIDP2067: 'logout URI on another host',
  TIDP2056: 'CIBA test hook outside a dev environment',
  TIDP3001: 'grant that the type cannot use',
  TIDP3002: 'code grant without a redirect URI',
  TIDP3003: 'offline_access without the refresh grant',
  TIDP3004: 'scope of people for a machine',
  TIDP3005: 'public URL is not an origin',
  TIDP3006: 'reserved tenant name',
  TIDP3007: 'key policy that cannot work',
  TIDP3008: 'algorithm without a key',
  TIDP3009: 'confidential application without a secret',
  TIDP3010: 'application without a grant',
  TIDP3011: 'date that does not exist',
  TIDP3012: 'claim that the server sets itself',
  TIDP3013: 'lifetime of zero',
  TIDP3025: 'signed requests without a key',
  TIDP3020: 'certificates that cannot be trusted',
  TIDP3021: 'key that cannot be used',
  TIDP3022: 'keys in two places',
  TIDP3023: 'application without the keys it needs',
  TIDP3024: 'secret that its method never takes',
  TIDP3030: 'device settings without the device grant',
  TIDP3035: 'backchannel authentication that cannot work',
  TIDP3040: 'standard claim of the wrong form',
  TIDP3041: 'declared claim without one source',
  TIDP3042: 'claim declared twice',
  TIDP3050: 'trusted proxy that is no address',
  TIDP3051: 'CORS origin that is no origin',
  TIDP3052: 'CORS origin that is allowed anyway',
  TIDP3045: 'logout URI of a machine',
} as const satisfies Record<Diagnostic['code'], string>

export type Code = keyof typeof CODES

type Details = Partial<Pick<Diagnostic, 'severity' | 'hint' | 'related' | 'fixes'>>

export const diagnostic = (
  code: Code,
  at: Position,
  message: string,
  details: Details = {},
): Diagnostic => ({ code, severity: 'error', message, at, related: [], fixes: [], ...details })

/** In reading order; a diagnostic that was found twice is told once. */
export function inOrder(found: readonly Diagnostic[]): readonly Diagnostic[] {
  const keyOf = ({ at, code, message }: Diagnostic): string =>
    [at.file, at.line, at.column, code, message].join('\0')
  return [...new Map(found.map((each) => [keyOf(each), each])).values()].sort(
    ({ at: left }, { at: right }) =>
      compareText(left.file, right.file) || left.line - right.line || left.column - right.column,
  )
}

export const compareText = (left: string, right: string): number =>
  left < right ? -1 : Number(left > right)

export const startOf = (file: string): Position => ({
  file,
  line: 1,
  column: 1,
  endLine: 1,
  endColumn: 1,
})
