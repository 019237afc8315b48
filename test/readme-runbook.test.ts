import { createRemoteJWKSet, jwtVerify } from 'jose'
import { describe, expect, onTestFinished, test } from 'vitest'
import { words } from '../src/cli/master-key/words.ts'
import { document, project } from './support/cli.ts'
import { aParty, post } from './support/client.ts'
import { MASTER_KEY } from './support/command.ts'
import { databases } from './support/databases.ts'
import { aProject } from './support/documents.ts'
import { freePort } from './support/free-port.ts'
import { type Ran, tokenidpHere } from './support/in-process.ts'
import { serving } from './support/serving.ts'
import { snippets } from './support/snippets.ts'

const lines = snippets
  .filter(({ info }) => info.includes('runbook'))
  .flatMap(({ text }) => text.trim().split('\n'))

const NEXT = Buffer.alloc(32, 8).toString('base64')

/** Servers may take two seconds to follow, and a person at least as long to go on. */
async function settled(run: () => Promise<Ran>): Promise<Ran> {
  const end = Date.now() + 2000
  for (;;) {
    const ran = await run()
    if (ran.code === 0 || Date.now() > end) return ran
  }
}

/** As much of a shell as the runbook needs: variables, and one command. */
function aShell(cwd: string, variables: Record<string, string>) {
  const expanded = (text: string): string =>
    text
      .replaceAll('$(openssl rand -base64 32)', NEXT)
      .replaceAll(/\$([A-Z_]+)/g, (_, name: string) => variables[name] ?? '')
  return async (line: string) => {
    const [, unset] = /^unset (\w+)$/.exec(line) ?? []
    if (unset !== undefined) delete variables[unset]
    const [, name, value = ''] = /^(?:export )?([A-Z_]+)="(.*)"$/.exec(line) ?? []
    if (name !== undefined) variables[name] = expanded(value)
    const [, command] = /^npx tokenidp (.*)$/.exec(line) ?? []
    if ([unset, name, command].every((each) => each === undefined))
      throw new Error(`this shell cannot do: ${line}`)
    if (command === undefined) return ''
    const ran = await settled(() =>
      tokenidpHere(words(expanded(command)) ?? [], { cwd, env: variables }),
    )
    expect(ran.code, `${line}\n${ran.stdout}${ran.stderr}`).toBe(0)
    return ran.stdout
  }
}

describe.each(databases)('the runbook for keys, on $engine', ({ newDatabase }) => {
  test('from top to bottom, while a server runs', { timeout: 60_000 }, async () => {
    const port = await freePort()
    const { 'tokenidp.yaml': settings = '', ...documents } = aProject()
    const root = project({
      ...documents,
      'tokenidp.yaml': settings.replace('127.0.0.1:4000', `127.0.0.1:${port}`),
    })
    const databaseUrl = await newDatabase(root)
    const env = { TOKENIDP_DATABASE_URL: databaseUrl, TOKENIDP_MASTER_KEY: MASTER_KEY }
    const here = (command: string) => tokenidpHere(command.split(' '), { cwd: root, env })
    expect(await here('apply --auto-approve')).toMatchObject({ code: 0 })
    const server = await serving({
      databaseUrl,
      port,
      keepPublicUrl: true,
      env: { TOKENIDP_MASTER_KEYS_OLD: NEXT },
    })
    onTestFinished(() => server.kill())
    const { keys } = document(await here('keys list acme -o json'))
    const [{ kid = '' } = {}] = (keys as { kid: string; state: string }[]).filter(
      ({ state }) => state === 'active',
    )

    const shell = aShell(root, { ...env, KID: kid })
    const told = new Map<string, string>()
    for (const line of lines) told.set(line, await shell(line))
    const said = (part: string): string =>
      [...told].filter(([line]) => line.includes(part)).map(([, out]) => out)[0] ?? ''
    expect(said('keys rotate')).toMatch(/ES256 +scheduled .*\nRS256 +scheduled /)
    expect(said('keys revoke')).toMatch(/has left the JWKS.*\n.* signs ES256 now\.\n/)
    expect(said('rekey --dry-run')).toMatch(/^Would seal 0 signing keys/)
    expect(said('rekey --dry-run')).toContain('Nothing is sealed under another one.')
    expect(said('status')).toMatch(/^revision +1, /)

    const party = aParty(server.issuer('acme'), { clientId: 'worker', secret: 'worker-secret' })
    const bought = await post(party, '/token', { grant_type: 'client_credentials' })
    const jwks = createRemoteJWKSet(new URL(`${server.issuer('acme')}/jwks.json`))
    const verified = await jwtVerify(String(bought.body.access_token), jwks)
    expect(verified.protectedHeader.kid).not.toBe(kid)
  })
})
