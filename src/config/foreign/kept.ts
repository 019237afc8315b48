import type { Obstacle } from './address.ts'
import type { Draft, Written } from './draft.ts'

/** What nothing stands in the way of, each once. The rest is told of. */
export function kept(
  written: readonly Written[] = [],
  obstacleOf: (text: string) => Obstacle | undefined,
): readonly string[] {
  const fine = written.filter(({ text, from }) => {
    const obstacle = obstacleOf(text)
    if (obstacle !== undefined) from.tell(obstacle.was, obstacle.instead)
    return obstacle === undefined
  })
  return [...new Set(fine.map(({ text }) => text))]
}

/** With what was said of it elsewhere. */
export function leaveOut({ from, scopes = [] }: Draft, was: string, instead: string): void {
  from.skip(was, instead)
  for (const scope of scopes)
    if (from.path.some((part, index) => scope.from.path[index] !== part))
      scope.from.tell(`the scope ${scope.text} of an application that is left out`, instead)
}
