import type { JsonObject } from '../../base/json.ts'
import { RESPONSES } from '../defaults.ts'
import { compact, type Spec } from './members.ts'

type Form = Spec<'Application'>['userinfo']
type Encrypted = NonNullable<Form>['encrypted']

/** Nothing where nothing is asked for: that is plain JSON. What is encrypted is signed first. */
export function responseSpec(form: Form): JsonObject | undefined {
  const { signed, encrypted } = form ?? {}
  if (signed === undefined && encrypted === undefined) return undefined
  return compact({ signed: signed ?? RESPONSES.signed, encrypted: encryptedSpec(encrypted) })
}

export const encryptedSpec = (encrypted: Encrypted): JsonObject | undefined =>
  encrypted && { alg: encrypted.alg, enc: encrypted.enc ?? RESPONSES.enc }
