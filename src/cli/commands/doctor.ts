import { databaseOf, timeIn, withDatabase } from '../database.ts'
import { type Diagnosis, type Finding, isBad } from '../diagnosis/finding.ts'
import { placeOf } from '../diagnosis/place.ts'
import { diagnose } from '../diagnosis/token.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { appliedSnapshot } from '../tenants.ts'

/** Says of a token what it is and whether it may be used. It is never printed. */
export async function doctor(
  invocation: Invocation,
  _flags: unknown,
  word: string,
): Promise<Outcome> {
  const token = await tokenOf(invocation, word)
  return withDatabase(
    invocation,
    await databaseOf(invocation),
    { schema: 'require' },
    async (database) => {
      const now = await timeIn(database, invocation.world)
      const snapshot = await appliedSnapshot(database, { now })
      const diagnosis = await diagnose(token, placeOf(database, snapshot, now))
      const isGood = !diagnosis.findings.some(isBad)
      return {
        exit: isGood ? EXIT.ok : EXIT.failed,
        kind: 'TokenDiagnosis',
        body: {
          isGood,
          ...diagnosis,
          findings: diagnosis.findings.map((finding) => ({ ...finding })),
        },
        text: `${headline(diagnosis, isGood)}${findingsText(diagnosis.findings)}`,
      }
    },
  )
}

async function tokenOf({ world, warn }: Invocation, word: string): Promise<string> {
  if (word !== '-')
    warn(
      'everyone on the machine can read the arguments of a process, and shells remember them',
      'give the token on standard input: tokenidp doctor -',
    )
  const text = word === '-' ? await world.io.read() : word
  const token = text.trim().replace(/^Bearer\s+/i, '')
  if (token !== '') return token
  throw new Failure(EXIT.usage, 'the token is empty', 'give it on standard input')
}

const FORMS: Readonly<Record<Diagnosis['form'], string>> = {
  jwt: 'a JWT',
  opaque: 'an opaque token',
  encrypted: 'an encrypted JWT',
  unknown: 'no token that is known here',
}

function headline({ form, use, tenant }: Diagnosis, isGood: boolean): string {
  const what = use === null ? '' : `, ${use.replaceAll('_', ' ')}`
  const whose = tenant === null ? '' : `, of ${tenant}`
  return `${isGood ? 'Good' : 'Not good'}: ${FORMS[form]}${what}${whose}.\n`
}

const SIGNS = { good: 'ok', bad: 'NO', unknown: '??' } as const

export const findingsText = (findings: readonly Finding[]): string =>
  findings
    .map(({ check, outcome, message, next }) => {
      const line = `${SIGNS[outcome]}  ${check.padEnd(11)}  ${message}\n`
      return next === undefined ? line : `${line}    next: ${next}\n`
    })
    .join('')
