import { expect, test } from 'vitest'
import type { Log } from '../../src/base/log.ts'
import { parseNetwork } from '../../src/base/network.ts'
import { proxiesAt } from '../../src/http/proxies.ts'
import { openDoor } from '../support/door.ts'

/** security.md rule 14: who stands in front of us is configured, and only then believed. */
test.for([
  { trusted: ['127.0.0.1'], logged: '203.0.113.9' },
  { trusted: ['10.0.0.0/8'], logged: '127.0.0.1' },
  { trusted: [], logged: '127.0.0.1' },
])(
  'behind $trusted the log tells $logged; links stay as configured',
  async ({ trusted, logged }) => {
    const lines: unknown[] = []
    const log: Log = { info: (_, fields) => lines.push(fields), warn() {}, error() {} }
    const proxies = proxiesAt(trusted.flatMap((text) => parseNetwork(text) ?? []))
    const door = await openDoor({ log, proxies })
    const headers = {
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '1',
    }
    const address = `${door.issuer}/.well-known/openid-configuration`
    const metadata = await fetch(address, { headers })
    expect(await metadata.text()).toBe(await (await fetch(address)).text())
    expect(metadata.headers.has('strict-transport-security')).toBe(false)
    await fetch(`${door.issuer}/nothing`, { headers })
    expect(lines).toMatchObject([{ clientAddress: logged }])
    await door.close()
  },
)
