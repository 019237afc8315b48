import type { Snapshot } from '../../model/snapshot.ts'
import type { Tenant } from '../../model/tenant.ts'
import { databaseOf, timeIn, withDatabase } from '../database.ts'
import { type Finding, isBad } from '../diagnosis/finding.ts'
import { keyFindings } from '../diagnosis/key-invariants.ts'
import { publishedFindings } from '../diagnosis/published-keys.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { givenMasterKey } from '../master-key.ts'
import { appliedSnapshot, tenantNamed } from '../tenants.ts'
import { findingsText } from './doctor.ts'

interface DoctorFlags {
  readonly url?: string
}

/** Checks the keys of a tenant, or of all, in the database and as verifiers get them. */
export async function keysDoctor(
  invocation: Invocation,
  flags: DoctorFlags,
  name?: string,
): Promise<Outcome> {
  if (flags.url !== undefined && name === undefined)
    throw new Failure(
      EXIT.usage,
      '--url is the JWKS of one tenant',
      `tokenidp keys doctor <tenant> --url ${flags.url}`,
    )
  const url = await databaseOf(invocation)
  return withDatabase(invocation, url, { schema: 'require' }, async (database) => {
    const snapshot = await appliedSnapshot(database)
    const tenants = name === undefined ? snapshot.tenants : [await tenantNamed(database, name)]
    const masterKey = givenMasterKey(invocation.world.variables)
    const now = await timeIn(database, invocation.world)
    const found: { tenant: string; findings: readonly Finding[] }[] = []
    for (const tenant of tenants) {
      const address = addressOf(tenant, flags, snapshot)
      const stored = await database.tenant(tenant.uid).keys.list()
      const findings = [
        ...keyFindings({ tenant, stored, now, masterKey }),
        ...(await publishedFindings(address, tenant, stored)),
      ]
      found.push({ tenant: tenant.name, findings })
    }
    const isGood = !found.some(({ findings }) => findings.some(isBad))
    return {
      exit: isGood ? EXIT.ok : EXIT.failed,
      kind: 'KeyDiagnosis',
      body: {
        isGood,
        tenants: found.map(({ tenant, findings }) => ({
          tenant,
          findings: findings.map((finding) => ({ ...finding })),
        })),
      },
      text: found.map(({ tenant, findings }) => `${tenant}\n${findingsText(findings)}`).join('\n'),
    }
  })
}

/** Keys that came over plain http are anybody's, except from this machine while developing. */
function addressOf(tenant: Tenant, { url }: DoctorFlags, { environment }: Snapshot): URL {
  const text = url ?? `${tenant.issuer}/jwks.json`
  const address = URL.parse(text)
  if (address?.protocol === 'https:') return address
  const isHere = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(address?.hostname ?? '')
  if (address?.protocol === 'http:' && isHere && environment.kind === 'dev') return address
  throw new Failure(
    EXIT.usage,
    `${text} is no https URL`,
    'plain http is for this machine, in a dev environment',
  )
}
