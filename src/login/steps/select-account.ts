import { equalSecrets } from '../../base/digest.ts'
import type { Context } from '../../oauth/context.ts'
import type { Endpoint } from '../../oauth/endpoints/endpoint.ts'
import { type Reply, seeOther } from '../../oauth/exchange.ts'
import { Params } from '../../oauth/params.ts'
import type { Person } from '../../store/port.ts'
import { csrfToken, verifyCsrf } from '../csrf.ts'
import { dispatch, mayChoose } from '../dispatch.ts'
import { addressOf, type Flow, findAuthorizationFlow } from '../flow.ts'
import { html } from '../html.ts'
import { onwardFrom } from '../onward.ts'
import { selectAccountPage } from '../pages/select-account.tsx'
import { NOBODY_HERE, peopleIn, personFor } from '../person.ts'
import { cancel } from './password.ts'

/** Which of the people signed in to this browser goes on (`prompt=select_account`). */
export const selectAccountStep: Endpoint = {
  paths: ['/select-account'],
  methods: ['GET', 'POST'],
  face: 'page',
  async handle(request, context) {
    const flow = await findAuthorizationFlow(request, context)
    const people = await peopleIn(request, context)
    if (people.length === 0 || !mayChoose(flow)) {
      const person = personFor(people, flow.request, flow.interaction)
      return dispatch({ ...flow, flow, person }, context)
    }
    if (request.method === 'GET') return page(flow, people, context)
    const form = Params.parse(request.form)
    verifyCsrf(form.optional('csrf'), csrfFor(flow))
    if (form.optional('action') === 'cancel') return cancel(flow, context)
    if (form.optional('action') === 'another') return choose(NOBODY_HERE, flow, people, context)
    const person = chosenFrom(people, form.optional('account') ?? '', flow)
    // Somebody signed out meanwhile: the page shows who is left.
    if (person === undefined) return seeOther(addressOf('select-account', flow, context.tenant))
    return choose(person.session.uid, flow, people, context)
  },
}

const csrfFor = ({ secret, id }: Flow): string => csrfToken(secret, 'select-account', id)

/** Stands for a session without naming it: only the browser that holds the flow's secret gets to see it. */
const tokenFor = ({ secret, id }: Flow, { session }: Person): string =>
  csrfToken(secret, 'account', id, session.uid)

const chosenFrom = (people: readonly Person[], value: string, flow: Flow): Person | undefined =>
  people.find((person) => equalSecrets(value, tokenFor(flow, person)))

async function choose(
  sessionUid: string,
  flow: Flow,
  people: readonly Person[],
  context: Context,
): Promise<Reply> {
  await context.store.interactions.choose(flow.interaction.digest, sessionUid)
  const interaction = { ...flow.interaction, chosenSessionUid: sessionUid }
  const chosen = { ...flow, interaction }
  const person = personFor(people, flow.request, interaction)
  return dispatch({ ...chosen, flow: chosen, person }, context)
}

function page(flow: Flow, people: readonly Person[], { tenant }: Context): Reply {
  const body = selectAccountPage({
    tenant,
    application: flow.application,
    action: addressOf('select-account', flow, tenant),
    csrf: csrfFor(flow),
    accounts: people.map((person) => ({
      value: tokenFor(flow, person),
      name: nameOf(person),
      login: person.user.email ?? person.user.username,
    })),
  })
  return html(body, { tenant, leadsTo: onwardFrom(flow.request.redirectUri, flow.application) })
}

const nameOf = ({ user }: Person): string =>
  typeof user.claims.name === 'string' && user.claims.name !== ''
    ? user.claims.name
    : (user.email ?? user.username)
