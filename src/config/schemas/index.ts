import type { Static } from 'typebox'
import type { JsonObject } from '../../base/json.ts'
import { withVariables } from '../variable-schema.ts'
import { Application } from './application.ts'
import { API_VERSION } from './common.ts'
import { Lint } from './lint.ts'
import { Patch, Profile } from './overlay.ts'
import { Environment, Project } from './project.ts'
import { Refactor } from './refactor.ts'
import { Resource, Scope } from './resource.ts'
import { KeyPolicy, Tenant } from './tenant.ts'
import { Test, type TestDocument } from './test.ts'
import { Role, User } from './user.ts'

/** Every kind of document. Imported for its types; at run time only by what writes `schemas/`. */
export const KINDS = {
  Project,
  Environment,
  Tenant,
  KeyPolicy,
  Resource,
  Scope,
  Role,
  Application,
  User,
  Profile,
  Patch,
  Refactor,
  Lint,
} as const

/** What editors know besides. */
const ALL = { ...KINDS, Test } as const

export type Kind = keyof typeof KINDS
export type DocumentOf<K extends Kind> = Static<(typeof KINDS)[K]>
export type { TestDocument }

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

/** The root asks for the kind first, so that an editor explains that kind's errors and no others. */
const root = {
  $schema: DIALECT,
  title: 'tokenidp',
  description: 'A document of a tokenidp configuration.',
  type: 'object',
  required: ['apiVersion', 'kind'],
  properties: {
    apiVersion: {
      const: API_VERSION,
      description: 'The version of the format.',
      examples: [API_VERSION],
    },
    kind: {
      enum: Object.keys(ALL),
      description: 'What the document describes.',
      examples: ['Application'],
    },
  },
  allOf: Object.keys(ALL).map((kind) => ({
    if: { required: ['kind'], properties: { kind: { const: kind } } },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: { $ref: `${kind}.json` },
  })),
}

/** The files of `schemas/`, by name. */
export const schemaFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ['tokenidp.json', print(root)],
    ...Object.entries(ALL).map(([kind, schema]): [string, string] => [
      `${kind}.json`,
      print(published(kind, { $schema: DIALECT, ...schema })),
    ]),
  ])

/** Only a Project has no variables in it: it declares them. */
function published(kind: string, schema: object): object {
  const plain: JsonObject = JSON.parse(JSON.stringify(schema))
  return kind === 'Project' ? plain : withVariables(plain)
}

const print = (schema: object): string => `${JSON.stringify(schema, null, 2)}\n`
