import { type Command, Option } from 'commander'
import { apiTokens } from './api-token-commands.ts'
import { completions } from './completion-commands.ts'
import { documents, imports, views } from './document-commands.ts'
import { each, grouped, type Line, reporting } from './grammar.ts'
import { diagnosis, keys } from './key-commands.ts'
import { overrides } from './override-commands.ts'
import { goBack, lookBack, owners } from './past-commands.ts'
import { schemaNames } from './schema-names.ts'
import { TEMPLATES } from './template.ts'

const project: Line = (root, add) => {
  add(
    root
      .command('init [directory]')
      .description('create a working project, with comments')
      .addOption(
        new Option(
          '--template <name>',
          'one tenant (default), several tenants with environments, or several teams',
        ).choices([...TEMPLATES]),
      ),
    async () => (await import('./commands/init.ts')).init,
  )
}

const plans: Line = (root, add) => {
  add(
    planned(root.command('plan').description('show what apply would change'))
      .option('--detailed-exitcode', 'exit 2 when there is something to change')
      .option('--no-secrets', 'do not look for the values of secrets: what is stored counts')
      .option('--out <path>', 'save the plan, for tokenidp apply <path> here or elsewhere')
      .option('--expires <duration>', 'with --out: how long it may be applied (default 7d)'),
    async () => (await import('./commands/plan.ts')).plan,
  )
  add(
    planned(
      root
        .command('apply [plan]')
        .description('make the database what the documents or a saved plan say'),
    )
      .option('--auto-approve', 'do not ask')
      .option('--confirm <word>', 'what would be asked for: yes, or the environment')
      .option('--message <text>', 'why, for the history')
      .option('--wait [time]', 'until every live server serves it; exit 6 after 60s, or this time')
      .option('--dry-run', 'the same as plan')
      .option('--detailed-exitcode', 'with --dry-run: exit 2 when there is something to change')
      .option('--secrets-out <target>', 'file:<path> for the secrets that are generated')
      .option('--stream', 'with -o json: a document per line as it goes; the last is the outcome'),
    async () => (await import('./commands/apply.ts')).apply,
  )
}

/** What `plan` and `apply` take alike. */
const planned = (command: Command): Command =>
  reporting(command)
    .option('--prune', 'delete what is no longer in the documents')
    .option('--no-prune', 'keep it, whatever the project says')
    .option('--on-drift <what>', 'revert, fail or keep what was changed behind the documents’ back')
    .option(
      '--max-deletes <count>',
      'how many may be deleted, instead of the limits of the project',
    )
    .option('--target <selector...>', 'only these: a tenant, or addresses with * for any part')
    .option('--fail-on <risk>', 'refuse changes of this risk or a graver one')

const previews: Line = (root, add) =>
  grouped(root, ['preview', 'what would be, from the documents alone'], (group) => {
    add(
      group
        .command('token')
        .description('show what the tokens of an application would say')
        .requiredOption('--app <name>', 'the application')
        .option('--user <name>', 'a declared user; without one, the application on its own behalf')
        .option('--tenant <name>', 'where there are several')
        .option('--scope <scopes>', 'as it would ask for (default: all it may have)')
        .option('--resource <identifier>', 'whom the access token is for'),
      async () => (await import('./commands/preview.ts')).previewToken,
    )
  })

const servers: Line = (root, add) => {
  add(
    withAddress(root.command('serve').description('serve what is applied'))
      .option('--workers <number>', 'how many processes serve, on PostgreSQL (default 1)')
      .option('--wait-for-config', 'wait for the first apply where nothing is applied yet')
      .option(
        '--database-prepare <choice>',
        'on or off: name statements; off behind a pooler per transaction (default: found out)',
      ),
    async () => (await import('./commands/serve.ts')).serve,
  )
  add(
    withAddress(
      root.command('dev').description('apply, serve, watch, and apply again at every save'),
    ),
    async () => (await import('./commands/dev.ts')).dev,
  )
  add(
    root.command('status').description('show what is applied and which servers serve it'),
    async () => (await import('./commands/status.ts')).status,
  )
}

const withAddress = (command: Command): Command =>
  command
    .option('--listen <address>', 'host:port (default 127.0.0.1:4000)')
    .option('--public-url <url>', 'scheme, host and port of the issuers; only in a dev environment')
    .option('--tls-cert <path>', 'certificate chain, PEM')
    .option('--tls-key <path>', 'private key of the certificate, PEM')
    .option('--tls-ciphers <list>', 'cipher suites, names of OpenSSL with colons between them')
    .option('--tls-min-version <version>', 'TLSv1.2 (default) or TLSv1.3')
    .option('--trusted-proxies <list>', 'proxies that tell the address of the client')
    .option('--metrics-listen <address>', 'host:port for GET /metrics (default: nowhere)')
    .option('--mtls-listen <address>', 'host:port where client certificates are asked for')
    .option(
      '--mtls-public-url <url>',
      'how clients reach it (default: the issuer’s host, its port)',
    )
    .option(
      '--client-certificate-header <name>',
      'header in which trusted proxies tell client certificates',
    )

const secrets: Line = (root, add) =>
  grouped(root, ['secrets', 'what is sealed, and the secrets of applications'], (group) => {
    const ofClients = () => import('./commands/client-secrets.ts')
    add(
      group
        .command('list <tenant> [application]')
        .description(
          'show the secrets of applications, until when they work and when they were used',
        ),
      async () => (await ofClients()).listSecrets,
    )
    add(
      group
        .command('check')
        .description('look whether every secret that the documents refer to is here; no database'),
      async () => (await import('./commands/secrets-check.ts')).checkSecrets,
    )
    add(
      group
        .command('rotate <tenant> <application>')
        .description('issue another secret, told once; the others end by date')
        .option('--keep <time>', 'how long the others still work (default 7d)')
        .option('--ttl <time>', 'when the new one ends (default never)')
        .option('--secrets-out <target>', 'file:<path> for it, instead of standard output'),
      async () => (await ofClients()).rotateSecret,
    )
    add(
      group
        .command('rekey')
        .description('seal under the master key what is sealed under older ones')
        .option('--dry-run', 'only count'),
      async () => (await import('./commands/rekey.ts')).rekey,
    )
  })

const users: Line = (root, add) =>
  grouped(root, ['users', 'people of a tenant'], (group) => {
    const load = () => import('./commands/users.ts')
    add(
      group.command('list <tenant>').description('show the users'),
      async () => (await load()).listUsers,
    )
    add(
      group
        .command('add <tenant> <username>')
        .description('create a user')
        .option('--email <address>', 'e-mail address')
        .option('--email-verified', 'the address is known to be theirs')
        .option('--group <name>', 'a group they are in; any number', each)
        .addOption(passwordFile()),
      async () => (await load()).addUser,
    )
    add(
      group
        .command('set-password <tenant> <login>')
        .description('change a password, which ends the sessions')
        .addOption(passwordFile()),
      async () => (await load()).setUserPassword,
    )
    add(
      group
        .command('set-user-code <tenant> <login>')
        .description('change the code that lets applications ask a person (CIBA)')
        .addOption(codeFile()),
      async () => (await load()).setUserCode,
    )
    add(
      group
        .command('disable <tenant> <login>')
        .description('end everything a user has and let nobody sign in as them'),
      async () => (await load()).disableUser,
    )
    add(
      group
        .command('revoke-all <tenant> <login>')
        .description('end all sessions, grants and tokens of a user, who may sign in again'),
      async () => (await load()).revokeAllOfUser,
    )
  })

const sessions: Line = (root, add) =>
  grouped(root, ['sessions', 'who is signed in, and where'], (group) => {
    const load = () => import('./commands/sessions.ts')
    add(
      group
        .command('list <tenant>')
        .description('show the sessions, the newest first')
        .option('--user <login>', 'only those of this person')
        .option('--limit <number>', 'at most so many (default 100)'),
      async () => (await load()).listSessions,
    )
    add(
      group
        .command('end <tenant> [id]')
        .description('end one, or all of a person, and tell the applications')
        .option('--user <login>', 'all of this person'),
      async () => (await load()).endSession,
    )
  })

const deliveries: Line = (root, add) =>
  grouped(root, ['deliveries', 'what applications are told by the servers'], (group) => {
    add(
      group
        .command('list <tenant>')
        .description('show what was delivered in the last week, what waits, and what failed')
        .option('--failed', 'only what was given up'),
      async () => (await import('./commands/deliveries.ts')).listDeliveries,
    )
  })

/** Never the password itself: everyone on the machine can read the arguments of a process. */
const passwordFile = (): Option =>
  new Option('--password-file <path>', 'file that holds the password; - for standard input')

const codeFile = (): Option =>
  new Option('--code-file <path>', 'file that holds the code; - for standard input')

const database: Line = (root, add) =>
  grouped(root, ['db', "the database's own schema"], (group) => {
    add(
      group.command('migrate').description('bring it up to this version'),
      async () => (await import('./commands/db.ts')).migrateDatabase,
    )
    add(
      group.command('status').description('show its version'),
      async () => (await import('./commands/db.ts')).databaseStatus,
    )
  })

const about: Line = (root, add) => {
  add(
    root
      .command('schema [name]')
      .description('print a JSON Schema: of all documents, of a kind, or of what a command prints')
      .addOption(
        new Option('--api-version <version>', 'of the format (default: the newest)').choices([
          'v1',
        ]),
      )
      .addHelpText('after', () => `\nNames:\n  ${schemaNames().join('\n  ')}\n`),
    async () => (await import('./commands/schema.ts')).schema,
  )
  add(
    root.command('version').description('print the versions of the program and of Node'),
    async () => (await import('./commands/version.ts')).version,
  )
}

/** In the order of the help. */
export const COMMANDS: readonly Line[] = [
  project,
  documents,
  views,
  imports,
  plans,
  previews,
  servers,
  lookBack,
  goBack,
  owners,
  overrides,
  keys,
  secrets,
  diagnosis,
  users,
  sessions,
  apiTokens,
  deliveries,
  database,
  about,
  completions,
]
