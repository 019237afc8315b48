import { Type } from 'typebox'
import { RISKS } from '../../../model/risk.ts'
import { REFERENCES } from '../../reference.ts'
import { publicKeys } from '../application/jwks.ts'
import { closed, flag, integer, oneOf, setOf } from '../common.ts'

const guards = closed(
  {
    maxDeletePercent: Type.Optional(
      integer(0, 100, [
        'The largest part of what the project has applied that one apply may delete, in percent; 10 by default.',
        10,
      ]),
    ),
    maxDeletes: Type.Optional(
      integer(0, 100_000, ['How many objects one apply may delete; 25 by default.', 25]),
    ),
    allowEmpty: Type.Optional(
      flag(['Lets one apply delete the last tenant of the project; false by default.', true]),
    ),
    maxRisk: Type.Optional(
      oneOf(RISKS, [
        'The gravest risk that is taken, whoever approves. Everything by default.',
        'breaking',
      ]),
    ),
  },
  ['What one apply may not do by accident.', { maxDeletes: 25 }],
)

/** How the project's changes reach the database. */
export const policy = {
  prune: Type.Optional(
    oneOf(
      ['never', 'owned'],
      [
        'What happens to objects that left the documents. never: they stay until apply --prune. owned: every apply deletes them. never by default.',
        'owned',
      ],
    ),
  ),
  guards: Type.Optional(guards),
  drift: Type.Optional(
    oneOf(
      ['revert', 'fail'],
      [
        'What happens to objects that were changed behind the back of the documents: put back, which is the default, or the plan is refused.',
        'fail',
      ],
    ),
  ),
  secrets: Type.Optional(
    closed(
      {
        allow: Type.Optional(
          setOf(oneOf(REFERENCES, ['Where a secret may come from.', 'env']), [
            'Where secrets may come from: fromEnv, fromFile, fromSops, fromExec. All but exec by default.',
            ['env', 'sops'],
          ]),
        ),
      },
      ['Which references to secrets the documents may hold.', { allow: ['env', 'sops'] }],
    ),
  ),
  signedPlans: Type.Optional(
    publicKeys(
      'Once this is applied, only saved plans that are signed by one of these keys are applied to the database.',
    ),
  ),
} as const
