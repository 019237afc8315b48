import { Type } from 'typebox'
import type { JsonObject } from '../../../base/json.ts'
import { absoluteUri, closed, list } from '../common.ts'

const EXAMPLE = {
  kty: 'EC',
  crv: 'P-256',
  kid: '2026',
  x: 'Q-GOblXIk1KgnL7-P3elxtOdMQUrKUlFhQD_eiIlSGQ',
  y: 'FajGoA6kVFvUm3yGVDCJ0h7VSiP8Gsr1BR6TH555MjQ',
}

const key = Type.Unsafe<JsonObject>({
  type: 'object',
  description: 'A public key (RFC 7517).',
  examples: [EXAMPLE],
  required: ['kty'],
  maxProperties: 30,
})

export const publicKeys = (whose: string) =>
  closed({ keys: list(key, ['Public keys, never private ones.', [EXAMPLE]], { maxItems: 20 }) }, [
    whose,
    { keys: [EXAMPLE] },
  ])

export const jwks = publicKeys('The application’s public keys, as a JWK Set.')

export const jwksUri = absoluteUri([
  'Where the application publishes its public keys, over https; instead of jwks.',
  'https://shop.acme.example/jwks.json',
])
