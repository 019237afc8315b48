import { grouped, type Line } from './grammar.ts'

export const overrides: Line = (root, add) =>
  grouped(
    root,
    ['override', 'what is put over the applied state for a while, in an emergency'],
    (group) => {
      const load = () => import('./commands/override.ts')
      add(
        group
          .command('set <ref> <changes...>')
          .description('put <path>=<value> over an object, or take away <list>-=<element>, at once')
          .option('--ttl <duration>', 'when it ends by itself: 1s to 30d')
          .option('--reason <text>', 'why, for the history')
          .option('--allow-relaxing', 'also what does not only restrict the object'),
        async () => (await load()).setOverride,
      )
      add(
        group.command('list').description('show what is in force, and for how long'),
        async () => (await load()).listOverrides,
      )
      add(
        group
          .command('clear <ref> [path]')
          .description('put what is applied in force again: one path, or all of the object')
          .option('--reason <text>', 'why, for the history'),
        async () => (await load()).clearOverride,
      )
    },
  )
