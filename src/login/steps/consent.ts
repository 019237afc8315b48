import type { Context } from '../../oauth/context.ts'
import type { Endpoint } from '../../oauth/endpoints/endpoint.ts'
import type { Reply } from '../../oauth/exchange.ts'
import { Params } from '../../oauth/params.ts'
import type { Person } from '../../store/port.ts'
import { csrfToken, verifyCsrf } from '../csrf.ts'
import { dispatch, nextStep } from '../dispatch.ts'
import { addressOf, type Flow, findAuthorizationFlow } from '../flow.ts'
import { html } from '../html.ts'
import { onwardFrom } from '../onward.ts'
import { consentPage } from '../pages/consent.tsx'
import { peopleIn, personFor } from '../person.ts'
import { cancel } from './password.ts'

/** Asks the person who is signed in, and nobody else: the form is tied to their session. */
export const consentStep: Endpoint = {
  paths: ['/consent'],
  methods: ['GET', 'POST'],
  face: 'page',
  async handle(request, context) {
    const flow = await findAuthorizationFlow(request, context)
    const people = await peopleIn(request, context)
    const person = personFor(people, flow.request, flow.interaction)
    const standing = { ...flow, flow, person }
    const { need } = await nextStep(standing, context)
    if (need !== 'consent' || person === undefined) return dispatch(standing, context)
    if (request.method === 'GET') return page(flow, person, context)
    const form = Params.parse(request.form)
    verifyCsrf(form.optional('csrf'), csrfFor(flow, person))
    if (form.optional('action') === 'deny') return cancel(flow, context)
    if (form.optional('action') !== 'allow') return page(flow, person, context)
    const { scopes, resources, namedClaims: claims } = flow.request
    const granted = { scopes, resources, claims }
    await context.store.consents.grant(person.user.uid, flow.application.uid, granted, context.now)
    return dispatch({ ...standing, hasJustConsented: true }, context)
  },
}

const csrfFor = ({ secret, id }: Flow, { session }: Person): string =>
  csrfToken(secret, 'consent', id, session.uid)

function page(flow: Flow, person: Person, { tenant }: Context): Reply {
  const { application, request } = flow
  const body = consentPage({
    tenant,
    application,
    action: addressOf('consent', flow, tenant),
    csrf: csrfFor(flow, person),
    user: person.user.email ?? person.user.username,
    scopes: request.scopes.flatMap((name) => tenant.scopes.get(name) ?? []),
    claims: request.namedClaims,
    redirectHost: placeOf(request.redirectUri),
  })
  return html(body, { tenant, leadsTo: onwardFrom(request.redirectUri, application) })
}

/** The host, or the scheme of an application's own address. */
function placeOf(uri: string): string {
  const { host, protocol } = new URL(uri)
  return host === '' ? protocol : host
}
