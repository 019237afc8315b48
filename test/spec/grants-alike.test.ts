import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { systemRandom } from '../../src/base/system.ts'
import { CIBA_GRANT } from '../../src/model/application.ts'
import { BACKCHANNEL_LOGOUT } from '../../src/model/delivery.ts'
import { deliverers } from '../../src/oauth/deliveries/index.ts'
import { makeKey } from '../../src/oauth/keys/make.ts'
import { keyRing } from '../../src/oauth/keys/ring.ts'
import { anApplication, aTenant, masterKey, NOW } from '../support/builders.ts'
import { decide, signedInAt, television } from '../support/device.ts'
import { TIER } from '../support/door.ts'
import { eachDoor } from '../support/each-door.ts'
import { aContext } from '../support/exchange.ts'
import { basic, bearer, type Form } from '../support/provider.ts'
import { tokensFor } from '../support/visitor.ts'

const SCOPE = 'openid offline_access orders:read'

eachDoor(({ door }) => {
  const post = async (path: string, form: Form, headers: Form = {}) => {
    const sent = { method: 'POST', headers, body: new URLSearchParams(form) }
    return (await fetch(`${door().issuer}${path}`, sent)).json()
  }
  const boughtBy = {
    device: async () => {
      const tv = television(door(), 'screen')
      const asked = await tv.ask({ scope: SCOPE })
      await decide(await signedInAt(door()), door(), asked)
      return (await tv.poll(asked)).body
    },
    CIBA: async () => {
      const form = { scope: SCOPE, login_hint: 'alice' }
      const asked = await post('/backchannel_authentication', form, basic('broker'))
      await post('/ciba/hook', { auth_req_id: asked.auth_req_id, action: 'allow' })
      const held = { grant_type: CIBA_GRANT, auth_req_id: asked.auth_req_id }
      return post('/token', held, basic('broker'))
    },
  }
  /** By the authorization code, at another application of the same sector. */
  const usual = async () => {
    const alice = await signedInAt(door())
    const page = await alice.ask({ client_id: 'pair', scope: SCOPE })
    const { claims } = await tokensFor(door(), page, 'pair')
    return { sub: String(claims.sub), sid: String(claims.sid) }
  }

  describe.each(['device', 'CIBA'] as const)('tokens by %s', (grant) => {
    test('call the person as the sector does, and say what is declared', async () => {
      const { sub } = await usual()
      const bought = await boughtBy[grant]()
      const tokens = { sub, [TIER.name]: 'gold' }
      expect(decodeJwt(bought.id_token ?? '')).toMatchObject(tokens)
      expect(decodeJwt(bought.access_token ?? '')).toMatchObject(tokens)
      const headers = bearer(bought.access_token ?? '')
      const userinfo = await fetch(`${door().issuer}/userinfo`, { headers })
      expect(await userinfo.json()).toMatchObject(tokens)
    })
  })

  test('a logout token calls the person as the sector does', async () => {
    const { sub, sid } = await usual()
    const { store } = door().accounts
    const userUid = (await store.subjects.find(sub, 'pair.example')) ?? ''
    const backchannelLogout = { uri: 'https://pair.example/out', isSessionRequired: true }
    const pair = anApplication({ clientId: 'pair', sector: 'pair.example', backchannelLogout })
    const tenant = aTenant({}, [pair])
    const made = { tenant, masterKey: masterKey(), random: systemRandom, now: NOW }
    const keys = keyRing([await makeKey('RS256', 'active', made)], tenant.uid, masterKey())
    const bodies: string[] = []
    const outbound = {
      send: async ({ body = '' }) => {
        bodies.push(body)
        return { status: 200, headers: {}, body: '' }
      },
    }
    const delivery = {
      id: 'd-1',
      kind: BACKCHANNEL_LOGOUT,
      applicationUid: pair.uid,
      payload: { sid, userUid },
      state: 'pending' as const,
      attempts: 1,
      createdAt: NOW,
      nextAttemptAt: NOW,
      finishedAt: undefined,
      lastError: undefined,
    }
    const context = aContext({ tenant, store, keys, outbound })
    expect(await deliverers[BACKCHANNEL_LOGOUT]?.(delivery, context)).toEqual({ as: 'delivered' })
    const token = new URLSearchParams(bodies[0]).get('logout_token') ?? ''
    expect(decodeJwt(token)).toMatchObject({ sub, sid, aud: 'pair' })
  })
})
