import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { selfSigned } from '../support/certificate.ts'
import { type Door, openDoor } from '../support/door.ts'

/** What is agreed on, or the alert that ends it. */
const handshake = (door: Door, options: ConnectionOptions) =>
  new Promise<string>((resolve) => {
    const port = Number(new URL(door.origin).port)
    // At level 0 OpenSSL offers what it would not offer by itself.
    const ciphers = `${options.ciphers ?? 'ALL'}:@SECLEVEL=0`
    const socket: TLSSocket = connect(
      { host: '127.0.0.1', port, rejectUnauthorized: false, ...options, ciphers },
      () => {
        resolve(`${socket.getProtocol()} ${socket.getCipher().name}`)
        socket.destroy()
      },
    )
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  })

const REFUSED = /^(ERR_SSL_[\w/]*ALERT_\w+|ECONNRESET)$/

describe('RFC 9325 (BCP 195)', () => {
  let door: Door
  beforeAll(async () => {
    door = await openDoor({ tls: selfSigned() })
  })
  afterAll(() => door.close())

  test.for<{ offer: ConnectionOptions; agreed: string | RegExp }>([
    { offer: {}, agreed: /^TLSv1\.3 TLS_AES_/ },
    { offer: { minVersion: 'TLSv1', maxVersion: 'TLSv1' }, agreed: REFUSED },
    { offer: { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' }, agreed: REFUSED },
    {
      offer: { maxVersion: 'TLSv1.2' },
      agreed: 'TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256',
    },
    {
      offer: { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-CHACHA20-POLY1305' },
      agreed: 'TLSv1.2 ECDHE-ECDSA-CHACHA20-POLY1305',
    },
    { offer: { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' }, agreed: REFUSED },
    { offer: { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-SHA384' }, agreed: REFUSED },
    { offer: { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }, agreed: REFUSED },
    { offer: { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-CCM8' }, agreed: REFUSED },
  ])('$offer: $agreed', async ({ offer, agreed }) => {
    expect(await handshake(door, offer)).toMatch(agreed)
  })
})

test('an operator may be stricter', async () => {
  const ciphers = 'TLS_AES_256_GCM_SHA384:ECDHE-ECDSA-AES256-GCM-SHA384'
  const door = await openDoor({ tls: { ...selfSigned(), ciphers, minVersion: 'TLSv1.3' } })
  expect(await handshake(door, {})).toBe('TLSv1.3 TLS_AES_256_GCM_SHA384')
  expect(await handshake(door, { maxVersion: 'TLSv1.2' })).toMatch(REFUSED)
  await door.close()
})
