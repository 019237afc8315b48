import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { publishedKeys } from '../../oauth/keys/ring.ts'
import { databaseOf, withDatabase } from '../database.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { tenantNamed } from '../tenants.ts'

interface ExportFlags {
  readonly public?: boolean
  readonly format?: string
}

const FORMATS = ['jwks', 'pem'] as const

/** The published keys, for verifiers that cannot fetch them. */
export async function exportKeys(
  invocation: Invocation,
  flags: ExportFlags,
  name: string,
): Promise<Outcome> {
  const format = formatOf(flags, name)
  return withDatabase(
    invocation,
    await databaseOf(invocation),
    { schema: 'require' },
    async (database) => {
      const tenant = await tenantNamed(database, name)
      const { body } = publishedKeys(await database.tenant(tenant.uid).keys.list())
      const { keys } = JSON.parse(body.toString()) as PublicKeys
      return {
        exit: EXIT.ok,
        kind: 'PublicKeys',
        body: { tenant: name, issuer: tenant.issuer, keys },
        text: format === 'pem' ? keys.map(pem).join('') : `${JSON.stringify({ keys }, null, 2)}\n`,
      }
    },
  )
}

interface PublicKeys {
  readonly keys: readonly {
    readonly kid: string
    readonly alg: string
    readonly [member: string]: string
  }[]
}

function formatOf(flags: ExportFlags, name: string): (typeof FORMATS)[number] {
  const next = `tokenidp keys export ${name} --public`
  if (flags.public !== true)
    throw new Failure(
      EXIT.usage,
      'only public keys can be exported: private ones never leave',
      next,
    )
  const format = FORMATS.find((each) => each === (flags.format ?? 'jwks'))
  if (format !== undefined) return format
  throw new Failure(EXIT.usage, `"${flags.format}" is no format of keys`, `${next} --format pem`)
}

/** RFC 7468 §5.2: text before the boundary is for people. */
function pem(jwk: PublicKeys['keys'][number]): string {
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
  return `${jwk.alg} ${jwk.kid}\n${key.export({ type: 'spki', format: 'pem' })}`
}
