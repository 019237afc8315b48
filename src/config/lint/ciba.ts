import { CIBA_GRANT } from '../../model/application.ts'
import { grantsOf } from '../defaults.ts'
import { tenantOf } from '../graph.ts'
import type { Item } from '../schema.ts'
import type { Finding, Rule } from './rule.ts'

/** What would be refused at every request is refused here. */
export const cibaThatWorks: Rule = {
  code: 'TIDP3035',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      if (grantsOf(item.document.spec).includes(CIBA_GRANT)) yield* whatLacks(item)
      else if (item.document.spec.ciba !== undefined)
        yield {
          item,
          path: ['spec', 'ciba'],
          message: 'ciba says how, and the application may not: it lacks the grant',
          hint: `add ${CIBA_GRANT} to its grants, or remove ciba`,
        }
    }
  },
}

function* whatLacks(item: Item<'Application'>): Iterable<Finding> {
  const { scopes, ciba } = item.document.spec
  if (!scopes?.includes('openid'))
    yield {
      item,
      path: ['spec', 'scopes'],
      message: 'backchannel authentication always asks for openid, and the application may not',
      hint: 'add openid to its scopes',
    }
  if (ciba?.hints?.length === 0)
    yield {
      item,
      path: ['spec', 'ciba', 'hints'],
      message: 'without a hint nobody knows whom the application means',
      hint: 'leave it out, or name login_hint',
    }
  yield* endpointThatFits(item)
}

function* endpointThatFits(item: Item<'Application'>): Iterable<Finding> {
  const { delivery = 'poll', notificationEndpoint } = item.document.spec.ciba ?? {}
  const path = ['spec', 'ciba', 'notificationEndpoint']
  if (delivery === 'ping' && notificationEndpoint === undefined)
    yield { item, path, message: 'a ping has nowhere to go', hint: 'add notificationEndpoint' }
  if (delivery === 'poll' && notificationEndpoint !== undefined)
    yield {
      item,
      path,
      message: 'nothing is sent to this address',
      hint: 'write delivery: ping, or remove it',
    }
}

/** As for authorization requests: without a key every one would be refused. */
export const cibaRequestKeys: Rule = {
  code: 'TIDP3036',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { ciba, jwks, jwksUri } = item.document.spec
      if (ciba?.requireSignedRequest !== true || jwks !== undefined || jwksUri !== undefined)
        continue
      yield {
        item,
        path: ['spec', 'ciba', 'requireSignedRequest'],
        message: 'signed requests are required, and there is no key to verify them with',
        hint: 'add jwks or jwksUri, or remove the line',
      }
    }
  },
}

/** Where people are declared, one of them is to try it with. */
export const cibaUserCodes: Rule = {
  code: 'TIDP3037',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    const people = graph.all('User')
    for (const item of graph.all('Application')) {
      const own = people.filter((person) => tenantOf(person) === tenantOf(item))
      if (item.document.spec.ciba?.userCode !== 'required' || own.length === 0) continue
      if (own.some(({ document }) => document.spec.cibaUserCode !== undefined)) continue
      yield {
        item,
        path: ['spec', 'ciba', 'userCode'],
        message: 'a user code is required, and nobody who is declared has one',
        hint: 'give a User a cibaUserCode, or run tokenidp users set-user-code',
      }
    }
  },
}

/** What arrives there is a bearer token of the client, or a link that opens a request. */
export const notificationHttps: Rule = {
  code: 'TIDP2055',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    const isDev = graph.environment.document.spec.kind === 'dev'
    const isSafe = (uri = 'https:'): boolean =>
      uri.startsWith('https:') || (isDev && uri.startsWith('http:'))
    const message = 'this is told over https only'
    for (const item of graph.all('Application'))
      if (!isSafe(item.document.spec.ciba?.notificationEndpoint))
        yield { item, path: ['spec', 'ciba', 'notificationEndpoint'], message }
    for (const item of graph.all('Tenant'))
      if (!isSafe(item.document.spec?.ciba?.webhook))
        yield { item, path: ['spec', 'ciba', 'webhook'], message }
  },
}

/** Answers in the place of people. */
export const cibaTestHook: Rule = {
  code: 'TIDP2056',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    if (graph.environment.document.spec.kind === 'dev') return
    for (const item of graph.all('Tenant'))
      if (item.document.spec?.ciba?.testHook === true)
        yield {
          item,
          path: ['spec', 'ciba', 'testHook'],
          message: 'the test hook answers for people, and is for environments of kind: dev only',
          hint: 'remove it',
        }
  },
}
