import type { Context } from '../oauth/context.ts'
import type { Reply, Request } from '../oauth/exchange.ts'
import type { Person } from '../store/port.ts'
import { beginVisit } from './flow.ts'
import { peopleIn } from './person.ts'

/**
 * For a page of ours that is for somebody: the person signed in to this browser, or the redirect that
 * sends the browser to sign in and then back to this address, by GET.
 */
export async function visitor(request: Request, context: Context): Promise<Person | Reply> {
  const [person] = await peopleIn(request, context)
  if (person !== undefined) return person
  const { path, query } = request
  const returnTo = `${context.tenant.path}${path}${query === '' ? '' : `?${query}`}`
  return beginVisit(returnTo, request, context)
}

export const isPerson = (found: Person | Reply): found is Person => 'session' in found
