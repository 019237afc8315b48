import type { Line } from './grammar.ts'

export const keys: Line = (root, add) => {
  const group = root.command('keys').description('signing keys of a tenant')
  add(
    group.command('list <tenant>').description('show the keys and what each is for'),
    async () => (await import('./commands/keys.ts')).listKeys,
  )
  add(
    group
      .command('rotate <tenant>')
      .description('let the standby keys sign, as soon as verifiers know them')
      .option('--now', 'at once'),
    async () => (await import('./commands/keys.ts')).rotateTenantKeys,
  )
  add(
    group
      .command('export <tenant>')
      .description('print the public keys, as the servers publish them')
      .option('--public', 'say that it is them you want: private keys never leave')
      .option('--format <format>', 'jwks (default) or pem'),
    async () => (await import('./commands/keys-export.ts')).exportKeys,
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
