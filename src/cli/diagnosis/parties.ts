import type { Tenant } from '../../model/tenant.ts'
import { instantText } from '../io.ts'
import { printable } from '../printable.ts'
import { bad, type Finding, good, unknown } from './finding.ts'
import type { Place } from './place.ts'

/** Whom a row or a claim names. */
export interface Parties {
  readonly application: string | null
  readonly user: string | null
  readonly findings: readonly Finding[]
}

export const NOBODY: Parties = { application: null, user: null, findings: [] }

/** The application and the person behind a token, and whether both may use it. */
export async function partiesOf(
  named: { readonly applicationUid: string | undefined; readonly userUid: string | undefined },
  tenant: Tenant,
  place: Place,
): Promise<Parties> {
  const application = tenant.applicationsByUid.get(named.applicationUid ?? '')
  const user =
    named.userUid === undefined ? undefined : await place.store(tenant).users.find(named.userUid)
  const findings = [applicationFinding(application)]
  if (named.userUid !== undefined)
    findings.push(
      user === undefined
        ? bad('user', 'the person it is about is not there any more')
        : user.disabledAt === undefined
          ? good('user', user.username)
          : bad('user', `${user.username} is disabled since ${instantText(user.disabledAt)}`),
    )
  return {
    application: application?.name ?? null,
    user: user?.username ?? null,
    findings: findings.map((finding) => ({ ...finding, message: printable(finding.message) })),
  }
}

function applicationFinding(
  application: { readonly name: string; readonly isDisabled: boolean } | undefined,
): Finding {
  if (application === undefined)
    return bad('application', 'its application is not in what is applied')
  if (application.isDisabled) return bad('application', `${application.name} is disabled`)
  return good('application', application.name)
}

export function timeFinding(expiresAt: unknown, now: number): Finding {
  if (typeof expiresAt !== 'number' || !Number.isSafeInteger(expiresAt))
    return bad('expiry', 'it does not say when it ends')
  if (Math.abs(expiresAt) > LATEST) return bad('expiry', 'it ends at no date')
  if (expiresAt > now) return good('expiry', `ends at ${instantText(expiresAt)}`)
  return bad('expiry', `ended at ${instantText(expiresAt)}`, 'get a new one')
}

/** The last second that a date can say. */
const LATEST = 8_640_000_000_000

export function audienceFinding(audience: unknown, tenant: Tenant): Finding {
  const names = (Array.isArray(audience) ? audience : [audience]).filter(
    (each) => typeof each === 'string',
  )
  const known = names.filter(
    (each) => tenant.resources.has(each) || tenant.applications.has(each) || each === tenant.issuer,
  )
  if (known.length > 0) return good('audience', printable(known.join(' ')))
  if (names.length === 0) return unknown('audience', 'it names none')
  return bad(
    'audience',
    printable(`${names.join(' ')} is no resource or application of ${tenant.name}`),
    'ask for it with resource=<identifier>',
  )
}
