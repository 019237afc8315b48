import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { eachDoor } from '../support/each-door.ts'
import { answerAt, authorizeUrl, tokensFor, visitor } from '../support/visitor.ts'

const ORDERS = 'https://api.acme.example'
const BILLS = 'https://bills.acme.example/'
const BOTH = 'openid orders:read bills:read'

eachDoor(({ door }) => {
  const signInFor = async (resources: readonly string[], scope = BOTH) => {
    const someone = visitor(door())
    const url = new URL(authorizeUrl(door(), { scope }))
    for (const resource of resources) url.searchParams.append('resource', resource)
    const page = await someone.agent.open(url.href, door().home)
    return page.url.pathname === '/acme/login' ? someone.enter(page) : page
  }

  describe('RFC 8707 §2 the resources of an authorization request', () => {
    test.for([
      { when: 'it is unknown', resources: ['https://nobody.example'] },
      { when: 'it is no address', resources: ['orders'] },
      { when: 'it is relative', resources: ['/orders'] },
      { when: 'it has a fragment', resources: [`${ORDERS}#a`] },
      { when: 'it is longer', resources: [`${ORDERS}/more`] },
      { when: 'one of two is unknown', resources: [ORDERS, 'https://nobody.example'] },
      { when: 'a scope is of another', resources: [ORDERS] },
    ])('invalid_target when $when', async ({ resources }) => {
      expect(answerAt(await signInFor(resources))).toMatchObject({
        error: 'invalid_target',
        state: 's-1',
        iss: door().issuer,
      })
    })

    test('several are authorized, and each token is for one', async () => {
      const tokens = async (change: Record<string, string>) =>
        tokensFor(door(), await signInFor([`${ORDERS}/`, BILLS]), 'own', change)
      const orders = await tokens({ resource: ORDERS })
      expect(orders.body.scope).toBe('openid orders:read')
      expect(decodeJwt(orders.body.access_token).aud).toBe(ORDERS)
      expect((await tokens({ resource: BILLS })).body.scope).toBe('openid bills:read')
      expect((await tokens({})).body.error).toBe('invalid_target')
      expect((await tokens({ resource: 'https://nobody.example' })).body.error).toBe(
        'invalid_target',
      )
    })

    test('what was not asked for cannot be had for the code', async () => {
      const page = await signInFor([ORDERS], 'openid orders:read')
      expect((await tokensFor(door(), page, 'own', { resource: BILLS })).body.error).toBe(
        'invalid_target',
      )
    })
  })
})
