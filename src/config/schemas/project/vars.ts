import { type Static, Type } from 'typebox'
import { closed, flag, list, oneOf, text } from '../common.ts'

const VARIABLE_NAME = '^[a-z][A-Za-z0-9]{0,62}$'

/** By name. What a value has to be is said by its declaration, which no schema can follow. */
const byName = <T>(member: object, telling: readonly [string, unknown]) =>
  Type.Unsafe<Readonly<Record<string, T>>>({
    type: 'object',
    description: telling[0],
    examples: [telling[1]],
    patternProperties: { [VARIABLE_NAME]: member },
    additionalProperties: false,
  })

const variable = closed(
  {
    type: oneOf(
      ['string', 'number', 'integer', 'boolean', 'list', 'map'],
      ['What its values are.', 'string'],
    ),
    default: Type.Optional(
      Type.Unknown({
        description:
          'The value where an environment gives none. It may be made of other variables.',
        examples: ['shop.acme.example'],
      }),
    ),
    allowed: Type.Optional(
      list(Type.Unknown(), [
        'All values it may have; of a list, all that its elements may be.',
        ['shop.acme.example', 'shop.acme.test'],
      ]),
    ),
    description: Type.Optional(text(['What it is for.', 'Where the shop is reached.'])),
    external: Type.Optional(
      flag([
        'Takes its value from --var name=value, or from the environment variable TOKENIDP_VAR_NAME, before all others. Never for secrets.',
        true,
      ]),
    ),
  },
  ['One variable.', { type: 'string', default: 'shop.acme.example' }],
)

export const declaredVariables = byName<Static<typeof variable>>(variable, [
  `The variables that documents use as \${var.name}: the value of a field, or a part of it. $\${ is a plain \${.`,
  { shopHost: { type: 'string', default: 'shop.acme.example' } },
])

export const variableValues = byName<unknown>({}, [
  'The values of variables in this environment.',
  { shopHost: 'shop.acme.example' },
])
