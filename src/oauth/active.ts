import type { Application } from '../model/application.ts'
import type { User } from '../model/user.ts'

/**
 * Whether something may still get or use a token. Every path that issues or accepts one asks here; a
 * disabled tenant is not in the snapshot at all, and the store says whether a grant is live.
 */
export const isActive = <Thing extends Application | User>(
  thing: Thing | undefined,
): thing is Thing =>
  thing !== undefined &&
  !('isDisabled' in thing ? thing.isDisabled : thing.disabledAt !== undefined)
