import type { Session } from '../model/session.ts'
import type { User } from '../model/user.ts'
import type { Context } from '../oauth/context.ts'
import type { Request } from '../oauth/exchange.ts'
import { sessionDigest } from './cookies.ts'

/** Somebody signed in to this browser. */
export interface Person {
  readonly session: Session
  readonly user: User
}

/** Everybody signed in to this browser, the latest first; people who were disabled no longer are. */
export async function peopleIn(request: Request, context: Context): Promise<readonly Person[]> {
  const digest = sessionDigest(request, context.tenant)
  if (digest === undefined) return []
  const browser = await context.store.sessions.findBrowser(digest, context.now)
  const found = await Promise.all(
    (browser?.sessions ?? []).map(async (session) => {
      const user = await context.store.users.find(session.userUid)
      return user === undefined || user.disabledAt !== undefined ? undefined : { session, user }
    }),
  )
  return found.filter((person) => person !== undefined)
}

/** Whom a request is about: who signed in for it, else whom it hints at, else the latest. */
export const personFor = (
  people: readonly Person[],
  authenticatedSessionUid: string | undefined,
  hintedSubject: string | null,
): Person | undefined =>
  people.find(({ session }) => session.uid === authenticatedSessionUid) ??
  people.find(({ user }) => user.sub === hintedSubject) ??
  people[0]
