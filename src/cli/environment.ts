import { nearest } from '../base/nearest.ts'

/** Every variable the program reads, with what it is for. A flag wins over its variable. */
export const VARIABLES = {
  TOKENIDP_CONFIG: 'the project file or its directory (--config)',
  TOKENIDP_ENV: 'the environment (--env)',
  TOKENIDP_DATABASE_URL: 'sqlite:path or postgres://… (--database-url)',
  TOKENIDP_DATABASE_URL_FILE: 'a file that holds the database URL (--database-url-file)',
  TOKENIDP_DIRECT_DATABASE_URL: 'where serve listens for revisions, past a pooler',
  TOKENIDP_DIRECT_DATABASE_URL_FILE: 'a file that holds it',
  TOKENIDP_DATABASE_PREPARE: 'whether serve names its statements: on, off (--database-prepare)',
  TOKENIDP_MASTER_KEY: 'seals the signing keys: 32 bytes in base64',
  TOKENIDP_MASTER_KEY_FILE: 'a file that holds the master key',
  TOKENIDP_MASTER_KEY_COMMAND:
    'a program and its arguments, which prints the master key and, in lines of their own, old ones',
  TOKENIDP_MASTER_KEYS_OLD: 'master keys that open what they sealed and seal no more, with blanks',
  TOKENIDP_MASTER_KEYS_OLD_FILE: 'a file that holds them, one a line',
  TOKENIDP_SIGNER: 'where signing keys are made and kept, unix:/path: else sealed in the database',
  TOKENIDP_LISTEN: 'where serve and dev listen, host:port (--listen)',
  TOKENIDP_PUBLIC_URL: 'the public URL, only in a dev environment (--public-url)',
  TOKENIDP_TLS_CERT: 'the certificate chain that serve uses, PEM (--tls-cert)',
  TOKENIDP_TLS_KEY: 'the private key of the certificate, PEM (--tls-key)',
  TOKENIDP_TLS_CIPHERS: 'cipher suites, names of OpenSSL with colons (--tls-ciphers)',
  TOKENIDP_TLS_MIN_VERSION: 'TLSv1.2 or TLSv1.3 (--tls-min-version)',
  TOKENIDP_TRUSTED_PROXIES: 'proxies that tell the address of the client (--trusted-proxies)',
  TOKENIDP_MTLS_LISTEN: 'where client certificates are asked for, host:port (--mtls-listen)',
  TOKENIDP_MTLS_PUBLIC_URL: 'how clients reach that address (--mtls-public-url)',
  TOKENIDP_WORKERS: 'how many processes serve, on PostgreSQL (--workers)',
  TOKENIDP_METRICS_LISTEN: 'where metrics are told, host:port (--metrics-listen)',
  TOKENIDP_CLIENT_CERTIFICATE_HEADER:
    'in which trusted proxies tell client certificates (--client-certificate-header)',
  TOKENIDP_ACTOR: 'who applies, for the history',
  TOKENIDP_REASON: 'why, for the history',
  TOKENIDP_PLAN_SIGNING_KEY_FILE: 'signs saved plans: a private key, as JWK or PKCS#8 PEM',
  TOKENIDP_EXEC_ALLOW:
    'commands that fromExec may run, as JSON: [["op", "read", "*"]]; * is one argument',
  TOKENIDP_EXEC_ENV: 'variables that those commands get, with commas',
  TOKENIDP_OUTPUT: 'text, json, table, yaml or markdown (--output)',
  TOKENIDP_NO_COLOR: 'any value: no colour (--no-color)',
  TOKENIDP_LOG: 'what the server logs: debug, info, warn, error or silent',
} as const

export type Variable = keyof typeof VARIABLES
export type Variables = Readonly<Record<string, string | undefined>>

/** The value, with empty taken for absent. */
export const variable = (variables: Variables, name: Variable): string | undefined =>
  variables[name] || undefined

/** Before the names of variables of the documents: which there are is known when those are read. */
export const VALUE_PREFIX = 'TOKENIDP_VAR_'

/** Names that look like ours and are not: most likely misspelt, and then silently without effect. */
export function unknownVariables(variables: Variables): { name: string; meant?: string }[] {
  return Object.keys(variables)
    .filter((name) => name.startsWith('TOKENIDP_') && !(name in VARIABLES))
    .filter((name) => !name.startsWith(VALUE_PREFIX))
    .sort()
    .map((name) => {
      const meant = nearest(name, Object.keys(VARIABLES))
      return meant === undefined ? { name } : { name, meant }
    })
}
