import type { Command } from 'commander'
import type { Line } from './grammar.ts'

/** What was applied, and what became of it. */
export const lookBack: Line = (root, add) => {
  add(
    root
      .command('history')
      .description('show what was applied, the newest first')
      .option('--limit <count>', 'at most so many (default 20)'),
    async () => (await import('./commands/history.ts')).history,
  )
  add(
    root
      .command('show <word>')
      .description('show what a revision changed, by its number, or a saved plan, by its file'),
    async () => (await import('./commands/show.ts')).show,
  )
  add(
    root
      .command('drift')
      .description('show what is no longer as it was applied; needs no documents')
      .option('--detailed-exitcode', 'exit 2 when there is something'),
    async () => (await import('./commands/drift.ts')).drift,
  )
  add(
    root
      .command('audit')
      .description('show what was done to each object and by whom, the newest first')
      .option('--since <length>', 'only of the last hours or days, for instance 24h')
      .option('--object <address>', 'only of this one')
      .option('--limit <count>', 'at most so many (default 100)')
      .option('--verify', 'check that nobody changed the record'),
    async () => (await import('./commands/audit.ts')).audit,
  )
}

/** The way back, while there is one. */
export const goBack: Line = (root, add) => {
  add(
    root
      .command('rollback <revision>')
      .description('apply again what a revision or a commit wanted, as a new revision')
      .option('--plan-only', 'only show what it would change')
      .option('--auto-approve', 'do not ask')
      .option('--confirm <word>', 'what would be asked for: yes, or the environment')
      .option('--message <text>', 'why, for the history')
      .option(
        '--on-drift <what>',
        'revert, fail or keep what was changed behind the documents’ back',
      )
      .option(
        '--max-deletes <count>',
        'how many may be deleted, instead of the limits of the project',
      )
      .option('--max-risk <risk>', 'the gravest that is taken, instead of the limit of the project')
      .option('--fail-on <risk>', 'refuse changes of this risk or a graver one')
      .option('--secrets-out <target>', 'file:<path> for secrets that have to be generated again')
      .option(
        '--wait [duration]',
        'until every live server serves it, at most so long (default 60s)',
      ),
    async () => (await import('./commands/rollback.ts')).rollback,
  )
  add(
    root
      .command('gc')
      .description('forget what was deleted long ago, for ever, and remove what is over')
      .option('--older-than <length>', 'deleted at least so long ago (default 7d)')
      .option('--dry-run', 'only show what would be forgotten'),
    async () => (await import('./commands/gc.ts')).gc,
  )
  add(
    root
      .command('export')
      .description('write what is live as documents that would change nothing')
      .option('--tenant <name>', 'only this tenant and what is in it')
      .option('--owner <project>', 'whose objects, where there are several projects')
      .option('--out <folder>', 'into files below it; - for standard output (default)'),
    async () => (await import('./commands/export.ts')).exportLive,
  )
}

/** Whose things are. */
export const owners: Line = (root, add) => {
  const load = () => import('./commands/ownership.ts')
  add(
    asked(root.command('adopt <address...>')).description(
      'take over objects of nobody or of another project, for this one',
    ),
    async () => (await load()).adopt,
  )
  add(
    asked(root.command('release <address...>')).description(
      'let go of objects of this project; they stay as they are, and nobody’s',
    ),
    async () => (await load()).release,
  )
}

const asked = (command: Command): Command =>
  command
    .option('--auto-approve', 'do not ask')
    .option('--confirm <word>', 'what would be asked for: yes')
    .option('--message <text>', 'why, for the history')
