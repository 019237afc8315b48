import { Command, Option } from 'commander'
import { COMMANDS } from './commands.ts'
import { type AddCommand, each, withMembers } from './grammar.ts'
import type { Io } from './io.ts'
import { tool } from './tool.ts'

/** The grammar: every flag and command. Nothing is loaded for a command until it runs. */
export function program(io: Io, add: AddCommand): Command {
  const root = new Command('tokenidp')
    .description('An OAuth 2.1 / OpenID Connect identity provider, configured as YAML in git.')
    .version(tool.version, '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .configureHelp({ showGlobalOptions: true })
    .hook('preSubcommand', (_root, command) => void withMembers(command))
  for (const option of globalFlags()) root.addOption(option)
  for (const command of COMMANDS) command(root, add)
  return root
}

const globalFlags = (): Option[] => [
  new Option('-C, --config <path>', 'project file, or a directory in or below the project'),
  new Option('-e, --env <name>', 'environment, when the project has several'),
  new Option(
    '--var <name=value>',
    'value of a variable of the documents that is external; any number',
  ).argParser(each),
  new Option('--database-url <url>', 'sqlite:path or postgres://…, without a password'),
  new Option('--database-url-file <path>', 'file that holds the database URL'),
  new Option(
    '-o, --output <format>',
    'what stdout is: text or json; of lists also table, of validate, plan and apply markdown, of render yaml',
  ).choices(['text', 'json', 'table', 'markdown', 'yaml']),
  new Option('-q, --quiet', 'no progress'),
  new Option(
    '-v, --verbose',
    'what was done and how long it took; -vv also files and statements',
  ).argParser((_none, before = 0) => Number(before) + 1),
  new Option('--color', 'colour even when not on a terminal'),
  new Option('--no-color', 'no colour'),
  new Option('--no-input', 'never ask'),
  new Option('--lock-timeout <duration>', 'how long to wait for another apply (default 30s)'),
  new Option('--timeout <duration>', 'end with exit 1 what is not done by then (default: never)'),
  new Option('--max-problems <count>', 'how many findings are shown (default 50); 0 for all'),
  new Option('--no-cache', 'read all documents anew'),
]
