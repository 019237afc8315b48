import { afterAll, beforeAll, expect, test } from 'vitest'
import { servingApache } from '../support/apache.ts'
import { aCode, aParty, post, redeem, refresh } from '../support/client.ts'
import type { Serving } from '../support/serving.ts'
import { snippets } from '../support/snippets.ts'
import { twoServers } from '../support/two-servers.ts'

const MODULES = ['proxy', 'proxy_http', 'proxy_balancer', 'lbmethod_byrequests', 'slotmem_shm']

/** What the README has, with addresses of this machine. */
function config(servers: readonly Serving[]): string {
  const [shown] = snippets.filter(({ language }) => language === 'apache')
  const loading = MODULES.map(
    (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
  )
  const text = servers.reduce(
    (rest, { url }, index) => rest.replace(`http://10.0.0.1${index + 1}:4000`, url),
    shown?.text ?? '',
  )
  return `${loading.join('\n')}\n${text}`
}

const ends: (() => unknown)[] = []
let servers: readonly Serving[]
let apache: string

beforeAll(async () => {
  const set = await twoServers(ends)
  servers = set.servers
  apache = set.url
  const proxy = await servingApache(set.port, config(servers), { 'index.html': '' })
  ends.push(() => proxy.close())
}, 60_000)
afterAll(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

test('Apache as in the README: sign-ins and families go over both, and on with one', async () => {
  const party = aParty(`${apache}/ours`)
  const { body } = await redeem(party, await aCode(party))
  let token = String(body.refresh_token)
  for (let turn = 0; turn < 6; turn += 1) {
    const answer = await refresh(party, token)
    expect(answer.status).toBe(200)
    token = String(answer.body.refresh_token)
  }
  const [first] = servers
  expect(await first?.stop()).toMatchObject({ code: 0 })
  for (let turn = 0; turn < 6; turn += 1) {
    const answer = await refresh(party, token)
    expect(answer.status).toBe(200)
    token = String(answer.body.refresh_token)
  }
  const asked = await post(party, '/introspect', { token })
  expect(asked.body).toMatchObject({ active: true, iss: `${apache}/ours` })
})
