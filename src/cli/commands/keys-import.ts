import type { Import } from '../../oauth/keys/import.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { instantText } from '../io.ts'
import { changingKeys, type WhyFlags } from '../key-change.ts'
import { type KeyFile, readKey } from '../key-file/index.ts'

interface ImportFlags extends WhyFlags {
  readonly alg?: string
  readonly activate?: boolean
  readonly passphraseFile?: string
}

/** Takes in a key that was made elsewhere. Its private half is read, sealed and shown nowhere. */
export async function importTenantKey(
  invocation: Invocation,
  { alg, activate = false, passphraseFile, reason }: ImportFlags,
  name: string,
  file: string,
): Promise<Outcome> {
  const { importKey } = await import('../../oauth/keys/import.ts')
  const given = await readKey(invocation, file, passphraseFile)
  const algorithm = algorithmOf(given, alg)
  return changingKeys(invocation, { name, verb: 'import', reason }, async (keys, change) => {
    const found = await importKey(keys, change, { ...given, algorithm, activate })
    if (found.outcome !== 'imported') throw refusal(found, name)
    advise(invocation, { given, found, hasVault: change.vault !== undefined })
    const { key, certificate, knownAt } = found
    return {
      exit: EXIT.ok,
      kind: 'KeyImport',
      body: {
        tenant: name,
        kid: key.kid,
        algorithm: key.algorithm,
        state: key.state,
        knownAt,
        activateAt: key.activateAt ?? null,
        certificate:
          certificate === undefined
            ? null
            : { subject: certificate.subject, validUntil: until(certificate) },
      },
      text: importedText(found, name),
    }
  })
}

type Imported = Extract<Import, { outcome: 'imported' }>

const until = ({ validToDate }: NonNullable<Imported['certificate']>): number =>
  Math.floor(validToDate.getTime() / 1000)

function algorithmOf({ use, algorithm }: KeyFile, wanted: string | undefined): string | undefined {
  if (use !== undefined && use !== 'sig')
    throw new Failure(EXIT.refused, `the key says that it is for "${use}"`, 'give one that signs')
  if (wanted === undefined || algorithm === undefined || wanted === algorithm)
    return wanted ?? algorithm
  throw new Failure(
    EXIT.refused,
    `the key says that it is for ${algorithm}, not for ${wanted}`,
    `one key is for one algorithm: leave --alg out, or make a key for ${wanted}`,
  )
}

function refusal(found: Exclude<Import, Imported>, name: string): Failure {
  if (found.outcome === 'unfit')
    return new Failure(EXIT.refused, `the key is not taken: ${found.why}`, found.next)
  const { kid } = found
  if (found.outcome === 'elsewhere')
    return new Failure(
      EXIT.refused,
      `${kid} is the key of another tenant, or was: tenants never share keys`,
      'make another key',
    )
  return found.state === 'compromised'
    ? new Failure(EXIT.refused, `${kid} is compromised, for ever`, 'make another key')
    : new Failure(
        EXIT.refused,
        `${name} has ${kid} already: it is ${found.state}`,
        `tokenidp keys list ${name}`,
      )
}

interface Taken {
  readonly given: KeyFile
  readonly found: Imported
  readonly hasVault: boolean
}

function advise({ warn }: Invocation, { given: { kid }, found: { key }, hasVault }: Taken): void {
  if (kid !== undefined && kid !== key.kid)
    warn(
      `elsewhere its kid is ${kid}: tokens signed there are not known by ${key.kid}`,
      'let verifiers keep the other JWKS until those tokens have ended',
    )
  if (hasVault)
    warn(`${key.kid} is sealed in the database: the process behind TOKENIDP_SIGNER has it not`)
}

function importedText({ key, certificate, knownAt }: Imported, name: string): string {
  const at = instantText(knownAt)
  const next =
    key.activateAt === undefined
      ? `Verifiers know it from ${at}. Then: tokenidp keys promote ${name} -- ${key.kid}`
      : `It signs from ${at}, when verifiers know it.`
  return [
    `${key.kid} is published for ${key.algorithm} and does not sign yet.`,
    next,
    ...(certificate === undefined
      ? []
      : [`Its certificate is published with it and ends ${instantText(until(certificate))}.`]),
    '',
  ].join('\n')
}
