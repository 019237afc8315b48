import { describe, expect, test } from 'vitest'
import { eachDoor } from '../support/each-door.ts'
import { answerAt, type Visitor, visitor } from '../support/visitor.ts'

const cli = (redirect_uri: string) => ({ client_id: 'cli', redirect_uri })

eachDoor(({ door }) => {
  describe('RFC 8252 §7.3 a loopback address', () => {
    test.for([
      { client: 'cli', uri: 'http://127.0.0.1/callback', status: 200 },
      { client: 'cli', uri: 'http://127.0.0.1:1/callback', status: 200 },
      { client: 'cli', uri: 'http://127.0.0.1:65535/callback', status: 200 },
      { client: 'cli', uri: 'http://[::1]:51004/callback', status: 200 },
      { client: 'cli', uri: 'com.example.app:/callback', status: 200 },
      { client: 'cli', uri: 'http://localhost:51004/callback', status: 400 },
      { client: 'cli', uri: 'http://127.0.0.2:51004/callback', status: 400 },
      { client: 'cli', uri: 'http://127.0.0.1.evil.example:80/callback', status: 400 },
      { client: 'cli', uri: 'http://127.0.0.1@evil.example/callback', status: 400 },
      { client: 'cli', uri: 'http://127.0.0.1:51004@evil.example/callback', status: 400 },
      { client: 'cli', uri: 'http://127.0.0.1:51004/callback/more', status: 400 },
      { client: 'cli', uri: 'http://127.0.0.1:51004/callback?a=b', status: 400 },
      { client: 'cli', uri: 'https://127.0.0.1:51004/callback', status: 400 },
      { client: 'cli', uri: 'http://127.0.0.1:/callback', status: 400 },
      { client: 'cli', uri: 'com.example.app:/callback/more', status: 400 },
      { client: 'local', uri: 'http://127.0.0.1/callback', status: 200 },
      { client: 'local', uri: 'http://127.0.0.1:51004/callback', status: 400 },
    ])('$client may come back to $uri: $status', async ({ client, uri, status }) => {
      const page = await visitor(door()).ask({ client_id: client, redirect_uri: uri })
      expect([page.url.pathname, page.status]).toEqual([
        status === 200 ? '/acme/login' : '/acme/authorize',
        status,
      ])
    })
  })

  describe('RFC 8252 §8.6 what was granted before', () => {
    const allow = async (someone: Visitor, change: Record<string, string>) => {
      const page = await someone.signIn(change)
      return someone.press(page, 'allow', {}, change)
    }

    test.for([
      { client_id: 'cli', redirect_uri: 'http://127.0.0.1:51004/callback' },
      { client_id: 'cli', redirect_uri: 'com.example.app:/callback' },
      { client_id: 'local', redirect_uri: 'http://127.0.0.1/callback' },
    ])('is asked again of a client that anybody could be: %j', async (change) => {
      const alice = visitor(door())
      expect(answerAt(await allow(alice, change))).toHaveProperty('code')
      expect((await alice.ask(change)).html).toContain('value="allow"')
      expect(answerAt(await alice.ask({ ...change, prompt: 'none' }))).toMatchObject({
        error: 'consent_required',
        state: 's-1',
        iss: door().issuer,
      })
    })

    test.for([
      { client_id: 'web' },
      { client_id: 'spa', redirect_uri: 'https://spa.example/callback' },
    ])('is remembered for others: %j', async (change) => {
      const alice = visitor(door())
      const first = await alice.signIn({ ...change, prompt: 'consent' })
      expect(answerAt(await alice.press(first, 'allow', {}, change))).toHaveProperty('code')
      expect(answerAt(await alice.ask({ ...change, prompt: 'none' }))).toHaveProperty('code')
      const more = { ...change, scope: 'openid email orders:read orders:write', prompt: 'none' }
      expect(answerAt(await alice.ask(more))).toMatchObject({ error: 'consent_required' })
    })
  })

  test('the page that asks names where the answer goes', async () => {
    const page = await visitor(door()).signIn(cli('http://127.0.0.1:51004/callback'))
    expect(page.html).toContain('<code>127.0.0.1:51004</code>')
    const policy = page.headers.get('content-security-policy')
    expect(policy).toContain("form-action 'self' http://127.0.0.1:51004;")
    const app = await visitor(door()).signIn(cli('com.example.app:/callback'))
    expect(app.html).toContain('<code>com.example.app:</code>')
    expect(app.headers.get('content-security-policy')).toContain(
      "form-action 'self' com.example.app:;",
    )
  })
})
