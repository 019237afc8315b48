import type { Application } from '../../model/application.ts'
import { CIBA_GRANT } from '../../model/application.ts'
import { isActive } from '../../oauth/active.ts'
import type { Context } from '../../oauth/context.ts'
import type { BackchannelRequest, Person } from '../../store/port.ts'

/** A request that waits for one of the people signed in to this browser. */
export interface Waiting {
  readonly request: BackchannelRequest
  readonly application: Application
  readonly person: Person
}

/** Nobody sees what waits for somebody who is not signed in here. */
export async function waitingFor(
  people: readonly Person[],
  { store, tenant, now }: Context,
): Promise<readonly Waiting[]> {
  const found = await Promise.all(
    people.map(async (person) => {
      const requests = await store.backchannelRequests.pendingFor(person.user.uid, now)
      return requests.flatMap((request) => {
        const application = tenant.applicationsByUid.get(request.applicationUid)
        return isActive(application) && application.grants.has(CIBA_GRANT)
          ? [{ request, application, person }]
          : []
      })
    }),
  )
  return found.flat()
}
