import { Option } from 'commander'
import { type Line, reporting } from './grammar.ts'

/** What checks and corrects documents. Needs neither a database nor the value of a secret, as all that looks at them. */
export const documents: Line = (root, add) => {
  add(
    reporting(
      root
        .command('validate [paths...]')
        .alias('lint')
        .description('check the documents: syntax, schema, references, security')
        .addOption(
          new Option(
            '--fail-on <severity>',
            'exit 3 at an error (default), or at a warning',
          ).choices(['error', 'warning']),
        ),
    ),
    async () => (await import('./commands/validate.ts')).validate,
  )
  add(
    reporting(
      root
        .command('test [paths...]')
        .description('ask the configuration what *.test.yaml files expect of it; needs no server'),
    ),
    async () => (await import('./commands/test.ts')).test,
  )
  add(
    root
      .command('fix [paths...]')
      .description('make in the documents what validate knows to be meant; keeps comments')
      .option('--dry-run', 'only show it'),
    async () => (await import('./commands/fix.ts')).fix,
  )
  add(
    root
      .command('fmt [paths...]')
      .description('write the documents in one form: block style, two spaces; keeps comments')
      .option('--check', 'write nothing; exit 3 when a file is not in form'),
    async () => (await import('./commands/fmt.ts')).fmt,
  )
  add(
    root
      .command('upgrade-config [paths...]')
      .description('write the documents in a newer version of the format; keeps comments')
      .option('--to <version>', 'which one (default: the newest, v1)')
      .option('--write', 'write the files; else show a diff'),
    async () => (await import('./commands/upgrade-config.ts')).upgradeConfig,
  )
}

/** What tells of them, and changes none. */
export const views: Line = (root, add) => {
  add(
    root
      .command('render [objects...]')
      .description('show what the documents come to: variables, profiles, patches and defaults')
      .option('--explain <object[#path]>', 'each value with who says so, and where'),
    async () => (await import('./commands/render.ts')).render,
  )
  add(
    reporting(
      root
        .command('diff')
        .description('show what two source trees mean differently; needs no database')
        .requiredOption(
          '--base <source>',
          'a commit, branch or tag of git, a folder, what render or export printed, or a saved plan',
        )
        .option('--head <source>', 'another one (default: the files as they are)')
        .option('--detailed-exitcode', 'exit 2 when there is a difference')
        .option('--fail-on <risk>', 'exit 5 when a change is of this risk or a graver one'),
    ),
    async () => (await import('./commands/diff.ts')).diff,
  )
  add(
    root
      .command('graph [object]')
      .description('draw which objects name which others: all, or those around one')
      .option('--format <language>', 'mermaid (default), dot or json'),
    async () => (await import('./commands/graph.ts')).graph,
  )
  add(
    root
      .command('explain <what>')
      .description('say what a code means, or what a field is for: TIDP1203, Application.grants'),
    async () => (await import('./commands/explain.ts')).explain,
  )
}

/** What other products export. */
export const imports: Line = (root, add) => {
  add(
    root
      .command('import <product> <export>')
      .description('turn an export of keycloak, auth0, dex, hydra or authelia into documents')
      .option('--out <folder>', 'write a project there (default: to standard output)')
      .option('--tenant <name>', 'what to call the tenant (default: as the export says, or main)')
      .option('--env-out <path>', 'write the secrets of the export there, for your eyes only')
      .option('--dev', 'for an environment of kind: dev: keeps redirects to this machine'),
    async () => (await import('./commands/import.ts')).importFrom,
  )
}
