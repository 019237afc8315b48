import { describe, expect, test } from 'vitest'
import { eachDoor } from '../support/each-door.ts'
import { authorizeUrl, visitor } from '../support/visitor.ts'

eachDoor(({ door }) => {
  describe('RFC 9110 §9.3.2 HEAD', () => {
    test.for([
      { path: '/jwks' },
      { path: '/.well-known/openid-configuration' },
      { path: '/assets/style.css' },
      { path: '/docs/errors' },
    ])('reads $path without its body', async ({ path }) => {
      const [get, head] = await Promise.all(
        ['GET', 'HEAD'].map((method) => fetch(`${door().issuer}${path}`, { method })),
      )
      expect([head?.status, await head?.text()]).toEqual([200, ''])
      for (const name of ['content-type', 'content-length', 'cache-control', 'etag'])
        expect(head?.headers.get(name), name).toBe(get?.headers.get(name))
    })

    test.for([
      { path: '/login', allow: 'GET, POST' },
      { path: '/select-account', allow: 'GET, POST' },
      { path: '/consent', allow: 'GET, POST' },
      { path: '/logout', allow: 'GET, POST' },
      { path: '/device', allow: 'GET, POST' },
      { path: '/account', allow: 'GET' },
      { path: '/account/sessions', allow: 'GET, POST' },
      { path: '/ciba', allow: 'GET, POST' },
      { path: '/ciba/approve', allow: 'GET' },
      { path: '/token', allow: 'POST' },
    ])('does nothing at $path', async ({ path, allow }) => {
      const alice = visitor(door())
      await alice.signIn()
      const { status, headers } = await alice.fetch(`${door().issuer}${path}`, { method: 'HEAD' })
      expect([status, headers.get('allow')]).toEqual([405, allow])
      expect(headers.getSetCookie()).toEqual([])
    })

    test('begins no sign-in and gives no code', async () => {
      const alice = visitor(door())
      await alice.signIn()
      const { status, headers } = await alice.fetch(authorizeUrl(door()), { method: 'HEAD' })
      expect([status, headers.get('allow')]).toEqual([405, 'GET, POST'])
      expect(headers.get('location')).toBeNull()
    })

    test('ends no session', async () => {
      const alice = visitor(door())
      await alice.signIn()
      await alice.fetch(`${door().issuer}/logout`, { method: 'HEAD' })
      const { html } = await alice.agent.open(`${door().issuer}/account`)
      expect(html).toContain('alice@acme.example')
    })
  })
})
