import type { Application } from '../../model/application.ts'
import type { Context } from '../context.ts'

/** So that operators see which secret is still in use. That it cannot be noted is no reason to refuse. */
export async function noteUse(
  { uid, name }: Pick<Application, 'uid' | 'name'>,
  secretId: string,
  { store, now, log }: Context,
): Promise<void> {
  try {
    await store.secretUses.note(uid, secretId, now)
  } catch (error) {
    log.warn('the use of a secret was not noted', { application: name, id: secretId, error })
  }
}
