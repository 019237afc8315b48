import type { User } from '../model/user.ts'
import type { AuthorizationRequest } from '../oauth/authorize/index.ts'
import type { Context } from '../oauth/context.ts'
import type { Request } from '../oauth/exchange.ts'
import type { Interaction, Person } from '../store/port.ts'
import { sessionDigest } from './cookies.ts'

/** Everybody signed in to this browser, the latest first; people who were disabled no longer are. */
export async function peopleIn(request: Request, context: Context): Promise<readonly Person[]> {
  const digest = sessionDigest(request, context.tenant)
  return digest === undefined ? [] : context.store.sessions.peopleIn(digest, context.now)
}

/** Chosen by who is none of those signed in here. No session has this uid. */
export const NOBODY_HERE = ''

type Hints = Pick<AuthorizationRequest, 'hintedSubject' | 'loginHint'>

/**
 * Whom a request is about: who signed in for it or was picked, else whom it hints at, else the latest.
 * Nobody takes the place of somebody who was picked and has gone.
 */
export function personFor(
  people: readonly Person[],
  { hintedSubject, loginHint }: Hints,
  interaction?: Interaction,
): Person | undefined {
  const own = interaction?.authenticatedSessionUid ?? interaction?.chosenSessionUid
  if (own !== undefined) return people.find(({ session }) => session.uid === own)
  return (
    people.find(({ user }) => user.sub === hintedSubject) ??
    people.find(({ user }) => isCalled(loginHint, user)) ??
    people[0]
  )
}

const isCalled = (hint: string | null, { username, email }: User): boolean =>
  hint !== null && [username, email].some((name) => name?.toLowerCase() === hint.toLowerCase())
