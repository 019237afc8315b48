import type { DesiredObject, DesiredState } from '../../config/desired-state.ts'
import type { Application } from '../../model/application.ts'

/** Only what stands in the documents in plain sight, which `kind: dev` alone allows. */
export function literal(object: DesiredObject, id: string): string | undefined {
  const declared = object.secrets.find((secret) => secret.id === id)
  return declared?.source.from === 'literal' ? declared.source.value.reveal() : undefined
}

/** The first secret of an application, if it can be read. */
export function literalSecret(
  { objects }: DesiredState,
  tenant: string,
  { name, secrets: [secret] }: Application,
): string | undefined {
  const object = objects.find(
    (one) => one.kind === 'Application' && one.tenant === tenant && one.name === name,
  )
  return object && secret && literal(object, secret.id)
}
