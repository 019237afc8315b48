import { APPLICATION, KEY_POLICY, RESOURCE, RESPONSES } from '../defaults.ts'
import { seconds } from '../duration.ts'
import type { Graph } from '../graph.ts'
import type { Spec } from '../normal/members.ts'
import type { Finding, Rule } from './rule.ts'

const FIVE_MINUTES = 300
const DAY = 86_400

/** A key that signs before verifiers can know it, or leaves before they are done with it. */
export const keyPolicy: Rule = {
  code: 'TIDP3007',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('KeyPolicy')) {
      const { algorithms, publishAhead, keepAfter, rotateEvery } = {
        ...KEY_POLICY,
        ...item.document.spec,
      }
      const refuse = (field: string, message: string): Finding => ({
        item,
        path: ['spec', field],
        message,
      })
      if (algorithms.length === 0) yield refuse('algorithms', 'there is no algorithm to sign with')
      if (seconds(publishAhead) < FIVE_MINUTES)
        yield refuse(
          'publishAhead',
          'a key must be published for at least 5 minutes before it signs',
        )
      if (seconds(keepAfter) < FIVE_MINUTES)
        yield refuse(
          'keepAfter',
          'a key must stay published for at least 5 minutes after its last use',
        )
      if (seconds(rotateEvery) < DAY)
        yield refuse('rotateEvery', 'keys must not rotate more often than daily')
      else if (seconds(rotateEvery) <= seconds(publishAhead))
        yield refuse('rotateEvery', 'a key must sign for longer than it is published ahead')
    }
  },
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

function signaturesFor({ tokens, userinfo, introspection }: Spec<'Application'>) {
  const id = tokens?.id?.algorithm ?? APPLICATION.idToken.algorithm
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
  const policy = name === undefined ? undefined : graph.find('KeyPolicy', tenant, name)
  return policy?.document.spec.algorithms ?? KEY_POLICY.algorithms
}

const absence = (algorithm: string, known: readonly string[]) => ({
  message: `${algorithm} signs its tokens, and the tenant's key policy has no such key`,
  hint: `the policy has ${known.join(', ')}`,
})
