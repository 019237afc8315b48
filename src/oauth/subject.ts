/**
 * What tokens call a person (OpenID Connect Core §8). Applications of one sector share it; of two sectors
 * none can tell that they speak of the same person. Within the server people are known by their own `sub`.
 */
import { randomToken } from '../base/random.ts'
import type { Application } from '../model/application.ts'
import type { User } from '../model/user.ts'
import type { Context } from './context.ts'

/** No person has it. */
const NOBODY = ''

/** Made once for a sector and kept: it is not computed from anything, so nothing leads back. */
export async function subjectFor(
  user: User,
  { sector }: Application,
  { store, random }: Pick<Context, 'store' | 'random'>,
): Promise<string> {
  if (sector === undefined) return user.sub
  return store.subjects.take(user.uid, sector, randomToken(random, 16))
}

/** The way back: the person's own `sub`, for what an application calls them. */
export async function subjectBehind(
  called: string,
  { sector }: Application,
  { store }: Pick<Context, 'store'>,
): Promise<string> {
  if (sector === undefined) return called
  const uid = await store.subjects.find(called, sector)
  const user = uid === undefined ? undefined : await store.users.find(uid)
  return user?.sub ?? NOBODY
}
