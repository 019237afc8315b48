import { KEY_ENCRYPTIONS } from '../../model/encryption.ts'
import { type KeyPolicy, SIGNING_ALGORITHMS } from '../../model/key.ts'
import type { Role } from '../../model/tenant.ts'
import type { ConfigObject } from '../../store/config-port.ts'
import { type SpecReader, specOf } from '../spec-reader.ts'

/** Members that are left out when they have no value. */
const optional = <K extends string>(name: K, value: string | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { readonly [key in K]?: string }

export function compileRole(object: ConfigObject): Role {
  const spec = specOf(object)
  return {
    uid: object.uid,
    name: object.name,
    permissions: spec.texts('permissions'),
    ...optional('description', spec.optionalText('description')),
  }
}

export function compileKeyPolicy(spec: SpecReader): KeyPolicy {
  return {
    algorithms: spec.someOf('algorithms', SIGNING_ALGORITHMS),
    encryption: spec.has('encryption') ? spec.someOf('encryption', KEY_ENCRYPTIONS) : [],
    rotateEvery: spec.integer('rotateEvery'),
    publishAhead: spec.integer('publishAhead'),
    keepAfter: spec.integer('keepAfter'),
    rsaBits: spec.integer('rsaBits'),
  }
}
