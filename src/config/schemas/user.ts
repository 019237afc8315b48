import { Type } from 'typebox'
import type { Json } from '../../base/json.ts'
import { GROUP_NAME_LENGTH } from '../../model/user.ts'
import {
  closed,
  documentOf,
  flag,
  formedText,
  secretValue,
  setOf,
  slug,
  tenantMetadata,
  text,
} from './common.ts'

export const Role = documentOf('Role', 'What a person is to the tenant.', {
  metadata: tenantMetadata(slug(['Unique within the tenant.', 'admin']), 'admin'),
  spec: Type.Optional(
    closed(
      {
        description: Type.Optional(text(['What the role is for.', 'May change everything.'])),
        permissions: Type.Optional(
          setOf(text(['A word your APIs understand.', 'orders.write']), [
            'What people with this role may do.',
            ['orders.write'],
          ]),
        ),
      },
      ['What the role means.', { description: 'May change everything.' }],
    ),
  ),
})

const userSpec = closed(
  {
    username: Type.Optional(
      text(['To sign in with; the name by default.', 'alice'], { maxLength: 255 }),
    ),
    email: Type.Optional(
      formedText('^[^\\s@]+@[^\\s@]+$', 'an e-mail address', [
        'To sign in with, too.',
        'alice@acme.example',
      ]),
    ),
    emailVerified: Type.Optional(flag(['Whether the address is known to be theirs.', true])),
    password: Type.Optional(secretValue(['The password.', 'wonderland'])),
    cibaUserCode: Type.Optional(
      secretValue([
        'What they tell an application with ciba: { userCode: required }. Not the password: applications see it.',
        '4711',
      ]),
    ),
    claims: Type.Optional(
      Type.Unsafe<Readonly<Record<string, Json>>>({
        type: 'object',
        description: 'Further claims, by their registered names.',
        examples: [{ given_name: 'Alice' }],
        patternProperties: { '^[A-Za-z][A-Za-z0-9_:./-]{0,127}$': {} },
        additionalProperties: false,
      }),
    ),
    roles: Type.Optional(
      setOf(slug(['The name of a role.', 'admin']), ['Their roles.', ['admin']]),
    ),
    groups: Type.Optional(
      setOf(text(['The name of a group.', 'Staff'], { maxLength: GROUP_NAME_LENGTH }), [
        'The groups they are in, for claims.',
        ['Staff'],
      ]),
    ),
  },
  ['Who the person is.', { email: 'alice@acme.example' }],
)

export const User = documentOf(
  'User',
  'A person to try things with. Only where the environment is dev.',
  {
    metadata: tenantMetadata(slug(['Unique within the tenant.', 'alice']), 'alice'),
    spec: userSpec,
  },
)
