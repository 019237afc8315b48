import { grouped, type Line } from './grammar.ts'

export const apiTokens: Line = (root, add) =>
  grouped(
    root,
    ['api-tokens', 'long-lived access tokens of applications, for programs'],
    (group) => {
      const load = () => import('./commands/api-tokens.ts')
      add(
        group
          .command('create <tenant> <application>')
          .description('make one for an API, and show it once')
          .requiredOption(
            '--resource <name>',
            'whom it is for: the name or identifier of a resource',
          )
          .option('--scope <scopes>', 'with blanks between them (default: all of it there)')
          .option('--name <text>', 'what it is for, for those who read the list')
          .option('--ttl <duration>', 'how long it lasts: 1s to 400d (default 90d)')
          .option('--out <target>', 'file:<path> for the token, instead of standard output'),
        async () => (await load()).createApiToken,
      )
      add(
        group
          .command('list <tenant>')
          .description('show them, the newest first, without the tokens themselves')
          .option('--app <name>', 'only those of this application'),
        async () => (await load()).listApiTokens,
      )
      add(
        group.command('revoke <tenant> <id>').description('end one at once'),
        async () => (await load()).revokeApiToken,
      )
    },
  )
