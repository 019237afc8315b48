import type { Json, JsonObject } from '../base/json.ts'
import { SERVER_CLAIMS } from '../model/claims.ts'
import { standardFormBroken } from '../model/standard-claims.ts'
import type { User } from '../model/user.ts'

/** All that is known of a person. The account's own fields win over free claims of the same name. */
export const knownAbout = ({
  claims,
  email,
  username,
  roles,
  groups,
  ...user
}: User): JsonObject => ({
  preferred_username: username,
  ...claims,
  email: email ?? null,
  email_verified: email === undefined ? null : user.emailVerified,
  updated_at: user.updatedAt,
  roles,
  ...(groups.length > 0 && { groups }),
})

/** Nothing empty, nothing the server itself says, every standard claim in its form (OpenID Connect Core §5.3.2). */
export const worthSaying = (name: string, value: Json): boolean =>
  !SERVER_CLAIMS.has(name) && !isEmpty(value) && standardFormBroken(name, value) === undefined

const isEmpty = (value: Json): boolean =>
  value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)
