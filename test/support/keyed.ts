/** A small shop with keys, and the means of its servers to issue tokens, without a server. */
import { onTestFinished } from 'vitest'
import { mintToken } from '../../src/base/id.ts'
import type { JsonObject } from '../../src/base/json.ts'
import { type SealingKey, sealingKey } from '../../src/base/seal.ts'
import { appliedSnapshot } from '../../src/cli/tenants.ts'
import { keyRing } from '../../src/oauth/keys/ring.ts'
import { signJwt } from '../../src/oauth/keys/sign.ts'
import { openStore } from '../../src/store/open.ts'
import type { NewAccessToken } from '../../src/store/port.ts'
import { document, project } from './cli.ts'
import { MASTER_KEY } from './command.ts'
import { aProject } from './documents.ts'
import { type Around, tokenidpHere } from './in-process.ts'
import { testRandom } from './stores.ts'

type Files = Parameters<typeof aProject>[0]

export async function aKeyedShop(newDatabase: (root: string) => Promise<string>, files?: Files) {
  const root = project(aProject(files))
  const url = await newDatabase(root)
  const variables = { TOKENIDP_DATABASE_URL: url, TOKENIDP_MASTER_KEY: MASTER_KEY }
  const run = (words: string, { env, ...around }: Around = {}) =>
    tokenidpHere(words.split(' '), { cwd: root, ...around, env: { ...variables, ...env } })
  const told = async (words: string, around?: Around) =>
    document(await run(words, { ...around, env: { TOKENIDP_OUTPUT: 'json', ...around?.env } }))
  const applied = await run('apply --auto-approve')
  if (applied.code !== 0) throw new Error(applied.stderr)
  await run('keys rotate acme')
  const store = await openStore(url, { schema: 'require', prepare: false, random: testRandom })
  onTestFinished(() => store.close())
  return { root, url, run, told, store, ...(await issuing(store)) }
}

/** What servers and commands of the tests seal with. */
export function servedMasterKey(): SealingKey {
  const key = sealingKey(MASTER_KEY)
  if (key === undefined) throw new Error('not a key')
  return key
}

async function issuing(store: Awaited<ReturnType<typeof openStore>>) {
  const acme = (await appliedSnapshot(store)).byName.get('acme')
  if (acme === undefined) throw new Error('there is no acme')
  const masterKey = servedMasterKey()
  const tenant = store.tenant(acme.uid)
  const audience = 'https://api.acme.example'

  /** An access token of the worker; JWT or not. */
  async function issue(change: Partial<NewAccessToken> = {}, claims: JsonObject = {}) {
    const nowMs = Date.now()
    const now = Math.floor(nowMs / 1000)
    const { token, key } = mintToken(nowMs, testRandom)
    const row: NewAccessToken = {
      key,
      authorizationUid: undefined,
      applicationUid: acme?.applications.get('worker')?.uid ?? '',
      userUid: undefined,
      subject: 'worker',
      scope: 'orders:read',
      audience,
      format: 'jwt',
      issuedAt: now,
      expiresAt: now + 600,
      ...change,
    }
    await tenant.accessTokens.issue(row)
    if (row.format === 'opaque') return { token, key }
    const said = { iss: acme?.issuer ?? '', aud: row.audience, exp: row.expiresAt, jti: token }
    return { token: await sign({ ...said, ...claims }), key }
  }

  async function sign(claims: JsonObject): Promise<string> {
    if (acme === undefined || masterKey === undefined) throw new Error('there is no acme')
    const ring = keyRing(await tenant.keys.list(), acme.uid, masterKey)
    return signJwt(ring.signer('ES256'), 'at+jwt', claims)
  }
  return { acme, tenant, issue }
}
