import { type TSchema, Type } from 'typebox'
import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts'
import { Application } from './application.ts'
import {
  closed,
  documentOf,
  formedText,
  integer,
  labels,
  lifecycle,
  nameMetadata,
  oneOf,
  setOf,
  slug,
} from './common.ts'
import { Resource } from './resource.ts'
import { Tenant } from './tenant.ts'

/** A part of a spec, in the words of its kind. */
const open = (telling: readonly [string, JsonObject]) =>
  Type.Unsafe<JsonObject>({ type: 'object', description: telling[0], examples: [telling[1]] })

/** Kinds whose documents name a profile. */
const PROFILED = { Application, Resource, Tenant } as const

/** The schema of a spec of which everything may be left out, but nothing inside of lists. */
function partial({ required: _, ...schema }: JsonObject): JsonObject {
  if (!isJsonObject(schema.properties)) return schema
  const members = Object.entries(schema.properties).map(([name, member]): [string, Json] => [
    name,
    isJsonObject(member) ? partial(member) : member,
  ])
  return { ...schema, properties: Object.fromEntries(members) }
}

function defaultsOf(kind: TSchema): JsonObject {
  const { properties } = JSON.parse(JSON.stringify(kind))
  const { profile: _, ...fields } = properties.spec.properties
  return partial({ ...properties.spec, properties: fields })
}

const KIND_TELLING = { description: 'The kind of its objects.', examples: ['Application'] }

const profileSpec = closed(
  {
    kind: oneOf(['Application', 'Resource', 'Tenant'], ['The kind of its objects.', 'Application']),
    defaults: open([
      'What their specs say where they do not say it themselves. Maps are filled up member by member.',
      { type: 'web', tokens: { access: { ttl: '10m' } } },
    ]),
  },
  ['What objects share.', { kind: 'Application', defaults: { type: 'web' } }],
  {
    // An editor explains the fields of that kind, and no others.
    allOf: Object.entries(PROFILED).map(([kind, schema]) => ({
      if: { required: ['kind'], properties: { kind: { const: kind, ...KIND_TELLING } } },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
      then: { properties: { defaults: defaultsOf(schema) } },
    })),
  },
)

export const Profile = documentOf(
  'Profile',
  'Defaults for objects that name it in spec.profile: what anchors would be, across files and tenants.',
  { metadata: nameMetadata(slug(['Unique in the project.', 'web-default'])), spec: profileSpec },
)

const pattern = (telling: readonly [string, string]) =>
  formedText('^[^/\\s]+$', 'a name, in which * stands for any characters', telling)

const target = closed(
  {
    kind: oneOf(
      ['Tenant', 'KeyPolicy', 'Resource', 'Scope', 'Role', 'Application', 'User'],
      ['The kind of the objects.', 'Application'],
    ),
    tenant: Type.Optional(pattern(['Their tenant; * stands for any characters.', 'acme'])),
    name: Type.Optional(pattern(['Their name; * stands for any characters.', 'web-*'])),
    labels,
  },
  [
    'The objects it changes: all that are as everything here says.',
    { kind: 'Application', tenant: 'acme' },
  ],
)

const patch = closed(
  {
    lifecycle,
    spec: Type.Optional(
      open([
        'Maps are merged, everything else is replaced. { $append: […] } and { $remove: […] } change a list, { $delete: true } takes a field away.',
        { tokens: { access: { ttl: '5m' } }, redirectUris: { $remove: ['https://old.example/'] } },
      ]),
    ),
  },
  ['What becomes of each of them.', { spec: { tokens: { access: { ttl: '5m' } } } }],
)

export const Patch = documentOf(
  'Patch',
  'A change to objects that are described elsewhere, for instance in one environment only.',
  {
    metadata: nameMetadata(slug(['Unique in the project.', 'prod-short-tokens'])),
    spec: closed(
      {
        environments: Type.Optional(
          setOf(slug(['The name of an environment.', 'prod']), [
            'Where it counts; everywhere by default.',
            ['prod'],
          ]),
        ),
        target,
        order: Type.Optional(
          integer(0, 1000, [
            'Patches of a higher order come later, and win; 0 by default. Those of one order must not contradict each other.',
            10,
          ]),
        ),
        patch,
      },
      [
        'What is changed, and how.',
        {
          target: { kind: 'Application' },
          patch: { spec: { tokens: { access: { ttl: '5m' } } } },
        },
      ],
    ),
  },
)
