import { CIBA_GRANT } from '../../src/model/application.ts'
import type { Door } from './door.ts'
import { basic, type Form } from './provider.ts'

/** The application `bank` at the door, which asks people who are elsewhere. */
export function asking(door: Door) {
  const post = async (path: string, form: Form) => {
    const body = new URLSearchParams(form)
    const reply = await fetch(`${door.issuer}${path}`, {
      method: 'POST',
      headers: basic('bank'),
      body,
    })
    return { status: reply.status, body: await reply.json() }
  }
  return {
    async ask(change: Form = {}): Promise<string> {
      const form = { scope: 'openid email orders:read', login_hint: 'alice', ...change }
      const { status, body } = await post('/backchannel_authentication', form)
      if (status !== 200) throw new Error(JSON.stringify(body))
      return body.auth_req_id
    },
    poll: (authReqId: string) => post('/token', { grant_type: CIBA_GRANT, auth_req_id: authReqId }),
  }
}
