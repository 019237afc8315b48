import type { LiveChanges, LiveState } from '../store/config-port.ts'

type Applied = Pick<LiveState, 'revision' | 'objects' | 'secrets' | 'overrides'>

/** What was live, brought up to date. */
export function withChanges<T extends Applied>(live: T, changes: LiveChanges): T {
  if (changes.objects.length + changes.deleted.length === 0)
    return { ...live, revision: changes.revision, overrides: changes.overrides }
  const changed = new Map(changes.objects.map((object) => [object.uid, object]))
  const gone = new Set(changes.deleted)
  const known = new Set(live.objects.map(({ uid }) => uid))
  const touched = (uid: string): boolean => changed.has(uid) || gone.has(uid)
  return {
    ...live,
    revision: changes.revision,
    objects: [
      ...live.objects
        .filter(({ uid }) => !gone.has(uid))
        .map((object) => changed.get(object.uid) ?? object),
      ...changes.objects.filter(({ uid }) => !known.has(uid)),
    ],
    secrets: [...live.secrets.filter(({ ownerUid }) => !touched(ownerUid)), ...changes.secrets],
    overrides: changes.overrides,
  }
}
