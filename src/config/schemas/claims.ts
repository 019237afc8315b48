import { type TProperties, Type } from 'typebox'
import type { Json } from '../../base/json.ts'
import { CLAIM_PLACES } from '../../model/claims.ts'
import { closed, formedText, list, oneOf, scopeName, setOf, text } from './common.ts'

const NAME = '[A-Za-z][A-Za-z0-9_:./-]{0,127}'

const always = (what: string) =>
  Type.Unsafe<true>({ type: 'boolean', const: true, description: what, examples: [true] })

const entry = {
  name: formedText(`^${NAME}$`, 'a name that begins with a letter, or an https address', [
    'The name of the claim: a standard one, or one in your own namespace.',
    'https://acme.example/tier',
  ]),
  value: Type.Optional(
    Type.Unsafe<Json>({
      type: ['string', 'number', 'boolean', 'array', 'object'],
      description: 'The same for everybody, and for applications on their own behalf.',
      examples: ['gold'],
    }),
  ),
  fromUser: Type.Optional(
    formedText(`^${NAME}$`, 'the name of an attribute, with dots into maps', [
      'An attribute of the person: username, email, or one of their claims.',
      'department',
    ]),
  ),
  roles: Type.Optional(always('The names of the person’s roles.')),
  groups: Type.Optional(always('The groups the person is in.')),
  permissions: Type.Optional(always('What the person’s roles permit.')),
  template: Type.Optional(
    formedText(
      `^[^{}]*(\\{${NAME}\\}[^{}]*)+$`,
      'text with at least one attribute in braces, such as {given_name} {family_name}',
      [
        'Text with attributes of the person in braces. Left out where one is missing.',
        '{given_name} {family_name}',
      ],
    ),
  ),
  matching: Type.Optional(
    text(['Of a list, only what fits; * stands for any text.', 'orders.*'], { maxLength: 256 }),
  ),
  scope: Type.Optional(scopeName(['Only where this scope was granted.', 'loyalty'])),
}

const EXAMPLE = { name: 'https://acme.example/tier', fromUser: 'tier' }

const entries = (properties: TProperties, example: object, telling: string) =>
  list(closed(properties, ['One claim, from one source.', example]), [telling, [example]], {
    maxItems: 100,
  })

const places = setOf(oneOf(CLAIM_PLACES, ['Where a claim may go.', 'id_token']), [
  'Where it goes.',
  ['id_token', 'userinfo'],
])

type Entry = {
  readonly name: string
  readonly value?: Json
  readonly fromUser?: string
  readonly roles?: true
  readonly groups?: true
  readonly permissions?: true
  readonly template?: string
  readonly matching?: string
  readonly scope?: string
  readonly in?: readonly (typeof CLAIM_PLACES)[number][]
}

const typed = (schema: object) => Type.Optional(Type.Unsafe<readonly Entry[]>(schema))

/** Of a tenant or an application: each says where it goes. */
export const placedClaims = (telling: string) =>
  typed(
    entries(
      { ...entry, in: { ...places, minItems: 1 } as typeof places },
      { ...EXAMPLE, in: ['id_token'] },
      telling,
    ),
  )

/** Of a resource: in its access tokens, and nowhere else. */
export const resourceClaims = typed(
  entries(entry, EXAMPLE, 'Claims in the access tokens that are for it.'),
)
