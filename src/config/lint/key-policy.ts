import { actsForPeople } from '../../model/application.ts'
import {
  DEV_LIMITS,
  type KeyLimits,
  PRODUCTION_LIMITS,
  publishedFor,
  standbysFor,
} from '../../model/key-times.ts'
import { APPLICATION, grantsOf, KEY_POLICY, RESOURCE, RESPONSES } from '../defaults.ts'
import { durationText, seconds } from '../duration.ts'
import type { Graph } from '../graph.ts'
import type { Spec } from '../normal/members.ts'
import type { Item } from '../schema.ts'
import type { Finding, Rule } from './rule.ts'

/** A key that signs before verifiers can know it, or leaves before they are done with it. */
export const keyPolicy: Rule = {
  code: 'TIDP3007',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    const { kind } = graph.environment.document.spec
    const limits = kind === 'dev' ? DEV_LIMITS : PRODUCTION_LIMITS
    for (const item of graph.all('KeyPolicy')) {
      const { algorithms, ...written } = { ...KEY_POLICY, ...item.document.spec }
      if (algorithms.length === 0)
        yield {
          item,
          path: ['spec', 'algorithms'],
          message: 'there is no algorithm to sign with',
          hint: `write one, for instance ${KEY_POLICY.algorithms[0]}`,
        }
      yield* tooShort(item, written, limits)
    }
    const lifetimes = longestLifetimes(graph)
    for (const tenant of graph.all('Tenant')) {
      const longest = lifetimes.get(tenant.document.metadata.name)
      if (longest !== undefined) yield* tooMany(tenant, longest, graph, limits)
    }
  },
}

const TIMES = {
  rotateEvery: (least: string) => `keys must not rotate more often than every ${least}`,
  publishAhead: (least: string) =>
    `a key must be published for at least ${least} before it signs, so that verifiers can fetch it`,
  keepAfter: (least: string) =>
    `a key must stay published for at least ${least} after the last token that it signed has ended`,
} as const

type Time = keyof typeof TIMES

const names = Object.keys(TIMES) as readonly Time[]

function* tooShort(
  item: Item<'KeyPolicy'>,
  written: Readonly<Record<Time, string>>,
  limits: KeyLimits,
): Iterable<Finding> {
  const short = names.filter((name) => seconds(written[name]) < limits[name])
  for (const name of short) {
    const least = durationText(limits[name])
    yield {
      item,
      path: ['spec', name],
      message: TIMES[name](least),
      hint: `write ${least} or more`,
    }
  }
  if (short.includes('rotateEvery')) return
  const policy = timesOf(written)
  const standbys = standbysFor(policy)
  if (standbys <= limits.standbys) return
  yield {
    item,
    path: ['spec', 'publishAhead'],
    message: `${standbys} keys of each algorithm would wait at a time, each rotated in after ${written.rotateEvery}`,
    hint: `write ${durationText(policy.rotateEvery * limits.standbys)} or less, or rotate less often`,
  }
}

const timesOf = ({ rotateEvery, publishAhead, keepAfter }: Readonly<Record<Time, string>>) => ({
  rotateEvery: seconds(rotateEvery),
  publishAhead: seconds(publishAhead),
  keepAfter: seconds(keepAfter),
})

interface Lifetime {
  readonly of: string
  readonly seconds: number
}

/** Each tenant that follows a policy has lifetimes of its own. */
function* tooMany(
  item: Item<'Tenant'>,
  longest: Lifetime,
  graph: Graph,
  limits: KeyLimits,
): Iterable<Finding> {
  const { metadata, spec } = item.document
  const name = spec?.keyPolicy
  const policy = name === undefined ? undefined : graph.keyPolicy(metadata.name, name)
  const times = timesOf({ ...KEY_POLICY, ...policy?.document.spec })
  const keys = publishedFor(times, longest.seconds)
  // What is too often for any lifetime is told at the policy.
  const isTold = times.rotateEvery > 0 && times.rotateEvery < limits.rotateEvery
  if (isTold || keys <= limits.published) return
  yield {
    item,
    path: ['spec', 'keyPolicy'],
    message: `${keys} keys of each algorithm would be published at a time: ${longest.of} lives for ${durationText(longest.seconds)}, and keys rotate every ${durationText(times.rotateEvery)}`,
    hint: `${limits.published} at most: rotate less often, or let it live for less`,
  }
}

/** Of what a key may sign, by tenant. */
function longestLifetimes(graph: Graph): ReadonlyMap<string, Lifetime> {
  const longest = new Map<string, Lifetime>()
  const note = (tenant: string, of: string, ttl: string) => {
    const lifetime = seconds(ttl)
    if (lifetime > (longest.get(tenant)?.seconds ?? 0))
      longest.set(tenant, { of, seconds: lifetime })
  }
  for (const { document } of graph.all('Resource')) {
    const { tenant, name } = document.metadata
    note(tenant, `an access token for ${name}`, document.spec.tokens?.ttl ?? RESOURCE.ttl)
  }
  for (const { document } of graph.all('Application')) {
    const { tenant, name } = document.metadata
    const ttl = document.spec.tokens?.id?.ttl ?? APPLICATION.idToken.ttl
    note(tenant, `an ID token for ${name}`, ttl)
  }
  return longest
}

/** A token whose algorithm has no key cannot be signed. */
export const algorithmWithKey: Rule = {
  code: 'TIDP3008',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { tenant } = item.document.metadata
      const known = algorithmsOf(graph, tenant)
      for (const { algorithm, path } of signaturesFor(item.document.spec))
        if (!known.includes(algorithm)) yield { item, path, ...absence(algorithm, known) }
    }
    for (const item of graph.all('Resource')) {
      const { format, algorithm } = { ...RESOURCE, ...item.document.spec.tokens }
      const known = algorithmsOf(graph, item.document.metadata.tenant)
      if (format === 'jwt' && !known.includes(algorithm))
        yield { item, path: ['spec', 'tokens', 'algorithm'], ...absence(algorithm, known) }
    }
  },
}

function signaturesFor(spec: Spec<'Application'>) {
  const { tokens, userinfo, introspection } = spec
  const written = tokens?.id?.algorithm
  // Who acts for nobody gets no ID token: what is not said of it is not needed.
  const id = written ?? (actsForPeople(grantsOf(spec)) ? APPLICATION.idToken.algorithm : undefined)
  const algorithmOf = (form: Spec<'Application'>['userinfo']) =>
    form?.signed ?? (form?.encrypted && RESPONSES.signed)
  return [
    { algorithm: id, path: ['spec', 'tokens', 'id', 'algorithm'] },
    { algorithm: algorithmOf(userinfo), path: ['spec', 'userinfo', 'signed'] },
    { algorithm: algorithmOf(introspection), path: ['spec', 'introspection', 'signed'] },
  ].flatMap(({ algorithm, path }) => (algorithm === undefined ? [] : [{ algorithm, path }]))
}

function algorithmsOf(graph: Graph, tenant: string): readonly string[] {
  const name = graph.find('Tenant', '', tenant)?.document.spec?.keyPolicy
  const policy = name === undefined ? undefined : graph.keyPolicy(tenant, name)
  return policy?.document.spec.algorithms ?? KEY_POLICY.algorithms
}

const absence = (algorithm: string, known: readonly string[]) => ({
  message: `${algorithm} signs its tokens, and the tenant's key policy has no such key`,
  hint: `the policy has ${known.join(', ')}`,
})
