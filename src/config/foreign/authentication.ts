import type { ApplicationType, Authentication } from '../../model/application.ts'
import { isPublicType, TYPES, usesKeys } from '../defaults.ts'
import { serverObstacle } from './address.ts'
import type { ApplicationSpec, Draft, Fitting, SecretDraft, Variable } from './draft.ts'
import { kept, leaveOut } from './kept.ts'
import { variableOf } from './name.ts'

interface Named {
  readonly type: ApplicationType
  readonly name: string
  readonly fitting: Fitting
}

/** Undefined where it could not prove who it is: such an application is told of and left out. */
export function authOf(draft: Draft, { type, name, fitting }: Named) {
  const method = draft.method ?? TYPES[type].method
  const keys = keysOf(draft, fitting.isDev)
  if (isPublicType(type)) {
    for (const { from } of draft.secrets ?? [])
      from.tell(
        'a secret of a public application',
        'it cannot keep one: take it out of the application',
      )
    return { spec: keys, variables: [] }
  }
  if (method === 'none') {
    leaveOut(
      draft,
      `an application of type ${type} that does not prove who it is`,
      'describe it with a secret, or as spa or native where people sign in with it',
    )
    return undefined
  }
  const said = method === 'client_secret' ? {} : { method }
  if (usesKeys(method)) {
    if (Object.keys(keys).length > 0) return { spec: { ...keys, clientAuth: said }, variables: [] }
    leaveOut(
      draft,
      `an application that authenticates with ${method}, and its keys could not be taken over`,
      'describe it with its public keys in jwks, or with jwksUri',
    )
    return undefined
  }
  const { secrets, variables } = secretsOf(draft, method, { type, name, fitting })
  return { spec: { ...keys, clientAuth: { ...said, secrets } }, variables }
}

/** Each from a variable, whether or not the export has it. */
function secretsOf(draft: Draft, method: Authentication, { name, fitting }: Named) {
  const asked: readonly SecretDraft[] = draft.secrets?.length
    ? draft.secrets
    : [{ from: draft.from }]
  for (const { value, from } of asked)
    if (method === 'client_secret_jwt' && value !== undefined && Buffer.byteLength(value) < 32)
      from.tell('a secret too short to sign with', 'give the application one of at least 32 bytes')
  const variables = asked.map(
    ({ value, variable }): Variable => ({
      name: variable ?? fitting.variableFor(variableOf(fitting.tenant.name, name, 'secret')),
      address: `Application/${fitting.tenant.name}/${name}`,
      value,
    }),
  )
  const secrets = asked.map(({ expiresAt }, index) => ({
    id: index === 0 ? 'imported' : `imported-${index + 1}`,
    value: { fromEnv: variables[index]?.name ?? '' },
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }))
  return { secrets, variables }
}

function keysOf({ jwks = [], jwksUri }: Draft, isDev: boolean): Partial<ApplicationSpec> {
  if (jwks.length > 0) {
    jwksUri?.from.tell('keys at an address as well', 'keep jwks, or write jwksUri instead')
    return { jwks: { keys: [...jwks] } }
  }
  const [uri] = kept(jwksUri && [jwksUri], (text) => serverObstacle(text, isDev))
  return uri === undefined ? {} : { jwksUri: uri }
}
