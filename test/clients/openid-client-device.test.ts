import * as client from 'openid-client'
import { expect, test } from 'vitest'
import { decide, signedInAt, typeCode } from '../support/device.ts'
import { openDoor } from '../support/door.ts'

const SCOPE = 'openid email offline_access orders:read'

async function atTheDoor(work: (door: Awaited<ReturnType<typeof openDoor>>) => Promise<void>) {
  const door = await openDoor()
  try {
    await work(door)
  } finally {
    await door.close()
  }
}

test('openid-client, unmodified, as a device: asks, polls and refreshes', { timeout: 30_000 }, () =>
  atTheDoor(async (door) => {
    const remote = await client.discovery(
      new URL(door.issuer),
      'remote',
      undefined,
      client.None(),
      { execute: [client.allowInsecureRequests] },
    )
    const asked = await client.initiateDeviceAuthorization(remote, { scope: SCOPE })
    expect(asked).toMatchObject({ interval: 1, verification_uri: `${door.issuer}/device` })
    const alice = await signedInAt(door)
    const polling = client.pollDeviceAuthorizationGrant(remote, asked)
    await decide(alice, door, { body: { user_code: asked.user_code } })
    const tokens = await polling
    expect(tokens.claims()).toMatchObject({ iss: door.issuer, aud: 'remote' })
    const sub = tokens.claims()?.sub ?? ''
    const person = await client.fetchUserInfo(remote, tokens.access_token, client.skipSubjectCheck)
    expect(sub).toEqual(expect.any(String))
    expect(person.sub).toBe(sub)
    const next = await client.refreshTokenGrant(remote, tokens.refresh_token ?? '')
    expect(next.access_token).not.toBe(tokens.access_token)

    const second = await client.initiateDeviceAuthorization(remote, { scope: SCOPE })
    const page = await typeCode(alice, door, second.user_code)
    await alice.press(page, 'deny')
    await expect(client.pollDeviceAuthorizationGrant(remote, second)).rejects.toMatchObject({
      error: 'access_denied',
    })
  }),
)
