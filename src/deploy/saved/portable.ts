import type { Diagnostic } from '../../base/diagnostic.ts'
import { diagnostic } from '../../config/codes.ts'
import { addressOf, type DeclaredSecret, type DesiredState } from '../../config/desired-state.ts'
import { isExecuted } from '../plan/change.ts'
import type { Plan } from '../plan.ts'

/** Files stay on this machine, and a saved plan is applied on any. */
export const secretsInFiles = ({ objects }: DesiredState): readonly Diagnostic[] =>
  objects
    .flatMap(({ secrets }) => secrets)
    .flatMap(({ source, at }) =>
      source.from === 'file'
        ? [
            diagnostic(
              'TIDP4101',
              at,
              `a saved plan cannot take the secret file ${source.path} with it`,
              { hint: 'write { fromEnv: … }, or apply the documents themselves' },
            ),
          ]
        : [],
    )

/** Literals that would have to be stored: a plan holds no secret, so it cannot bring them. */
export function newLiterals({ objects }: DesiredState, plan: Plan): readonly Diagnostic[] {
  const declared = new Map(objects.map((object) => [addressOf(object), object.secrets]))
  const isNew = (address: string, { id, source }: DeclaredSecret): boolean =>
    source.from === 'literal' &&
    plan.changes.some(
      (change) =>
        change.address === address &&
        isExecuted(change) &&
        change.secrets.some((secret) => secret.id === id && secret.action === 'set'),
    )
  return [...declared].flatMap(([address, secrets]) =>
    secrets
      .filter((secret) => isNew(address, secret))
      .map(({ id, at }) =>
        diagnostic(
          'TIDP4102',
          at,
          `a saved plan cannot take the literal secret "${id}" of ${address} with it`,
          { hint: 'write { fromEnv: … }, or apply the documents themselves' },
        ),
      ),
  )
}
