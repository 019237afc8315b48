import type { Command } from 'commander'
import { type AddCommand, grouped, type Line } from './grammar.ts'

const withReason = (command: Command): Command =>
  command.option('--reason <text>', 'why, for the record')

const steps = () => import('./commands/key-steps.ts')

export const keys: Line = (root, add) =>
  grouped(root, ['keys', 'signing keys of a tenant'], (group) => {
    looking(group, add)
    turning(group, add)
    coming(group, add)
  })

/** Nothing changes. */
function looking(group: Command, add: AddCommand): void {
  add(
    group.command('list <tenant>').description('show the keys and what each is for'),
    async () => (await import('./commands/keys.ts')).listKeys,
  )
  add(
    group
      .command('export <tenant>')
      .description('print the public keys, as the servers publish them')
      .option('--public', 'say that it is them you want: private keys never leave')
      .option('--format <format>', 'jwks (default) or pem'),
    async () => (await import('./commands/keys-export.ts')).exportKeys,
  )
  add(
    group
      .command('doctor [tenant]')
      .description('check the keys, in the database and as verifiers get them')
      .option('--url <url>', 'where to fetch the JWKS of the tenant (default: its issuer’s)'),
    async () => (await import('./commands/keys-doctor.ts')).keysDoctor,
  )
}

/** Of keys that sign, will sign or did. */
function turning(group: Command, add: AddCommand): void {
  add(
    withReason(
      group
        .command('rotate <tenant>')
        .description('let the standby keys sign, as soon as verifiers know them')
        .option('--alg <algorithm>', 'only that of this one')
        .option('--now', 'at once'),
    ),
    async () => (await import('./commands/keys.ts')).rotateTenantKeys,
  )
  add(
    withReason(
      group
        .command('promote <tenant> <kid>')
        .description('let this standby key sign')
        .option('--now', 'also when verifiers may not know it yet'),
    ),
    async () => (await steps()).promote,
  )
  add(
    withReason(
      group
        .command('retire <tenant> <kid>')
        .description('take a key out of the JWKS that nothing needs any more'),
    ),
    async () => (await steps()).retire,
  )
}

/** Keys that come from elsewhere, and keys that nobody may trust. */
function coming(group: Command, add: AddCommand): void {
  add(
    withReason(
      group
        .command('import <tenant> <file>')
        .description('take in a private key: PEM, JWK or PKCS#12; - reads standard input')
        .option('--alg <algorithm>', 'what it is to sign, where that is not clear')
        .option('--activate', 'let it sign as soon as verifiers know it')
        .option('--passphrase-file <path>', 'what opens it (default: asked at the terminal)'),
    ),
    async () => (await import('./commands/keys-import.ts')).importTenantKey,
  )
  add(
    withReason(
      group
        .command('revoke <tenant> <kid>')
        .description('in an emergency: trust it no more, and let another one sign at once')
        .option('--compromised', 'say that it leaked: every token it signed ends')
        .option('--replace-standby', 'the standby keys leaked too')
        .option('--end-grants', 'end what was granted while it signed, refresh tokens above all'),
    ),
    async () => (await steps()).revoke,
  )
}

export const diagnosis: Line = (root, add) => {
  add(
    root
      .command('doctor <token>')
      .description('tell what a token is and whether it is good; - reads it from standard input'),
    async () => (await import('./commands/doctor.ts')).doctor,
  )
}
