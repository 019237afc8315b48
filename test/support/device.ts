import { DEVICE_CODE } from '../../src/model/application.ts'
import type { Door } from './door.ts'
import type { Form } from './provider.ts'
import type { Page } from './user-agent.ts'
import { type Visitor, visitor } from './visitor.ts'

export interface Asked {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, string>>
}

/** A television, as the protocol sees it. A change to the empty string leaves a parameter out. */
export function television(door: Door, clientId = 'tv', headers: Form = {}) {
  const post = async (path: string, form: Form): Promise<Asked> => {
    const body = new URLSearchParams(Object.entries(form).filter(([, value]) => value !== ''))
    const sent = { method: 'POST', body, headers: { 'user-agent': 'tv/1 <b>', ...headers } }
    const reply = await fetch(`${door.issuer}${path}`, sent)
    return { status: reply.status, headers: reply.headers, body: await reply.json() }
  }
  return {
    ask: (change: Form = {}) =>
      post('/device_authorization', {
        client_id: clientId,
        scope: 'openid email offline_access orders:read',
        ...change,
      }),
    poll: ({ body }: Pick<Asked, 'body'>, change: Form = {}) =>
      post('/token', {
        client_id: clientId,
        grant_type: DEVICE_CODE,
        device_code: body.device_code ?? '',
        ...change,
      }),
    post,
  }
}

/** Somebody with a browser, signed in. */
export async function signedInAt(door: Door, username = 'alice'): Promise<Visitor> {
  const person = visitor(door)
  await person.enter(await person.agent.open(`${door.issuer}/account`), username)
  return person
}

/** The page with the code typed in, for somebody who is signed in. */
export async function typeCode(person: Visitor, door: Door, code: string): Promise<Page> {
  const page = await person.agent.open(`${door.issuer}/device`)
  return person.press(page, 'continue', { user_code: code })
}

/** Types the code, looks and decides. */
export const decide = async (
  person: Visitor,
  door: Door,
  { body }: Pick<Asked, 'body'>,
  action = 'allow',
): Promise<Page> => person.press(await typeCode(person, door, body.user_code ?? ''), action)
