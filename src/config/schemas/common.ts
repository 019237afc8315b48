import { type Static, type TObjectOptions, type TProperties, type TSchema, Type } from 'typebox'
import { DURATION } from '../duration.ts'
import { INSTANT } from '../instant.ts'

export const API_VERSION = 'tokenidp.dev/v1'

const EXAMPLE_TENANT = 'acme'

const RECONCILE = ['full', 'createOnly', 'observe'] as const

/** What a field is for, in the words an editor shows, with one value it may take. */
type Telling = readonly [description: string, example: unknown]

const told = ([description, example]: Telling) => ({ description, examples: [example] })

/** An object that refuses every field it does not know. */
export const closed = <P extends TProperties>(
  properties: P,
  telling: Telling,
  options: TObjectOptions = {},
) => Type.Object(properties, { ...told(telling), ...options, additionalProperties: false })

export const text = (telling: Telling, options = {}) =>
  Type.String({ ...told(telling), minLength: 1, maxLength: 2048, ...options })

/** The defaults of an object. */
export const profile = (example: string) =>
  Type.Optional(slug(['The Profile that says what is not said here.', example]))

/** A text of one form. `says` ends the sentence "must be …". */
const formed = (pattern: string, says: string, telling: Telling) =>
  text(telling, { pattern, 'x-says': says })

export const oneOf = <const V extends readonly string[]>(values: V, telling: Telling) =>
  Type.Unsafe<V[number]>({ type: 'string', enum: [...values], ...told(telling) })

export const flag = (telling: Telling) => Type.Boolean(told(telling))

export const integer = (minimum: number, maximum: number, telling: Telling) =>
  Type.Integer({ ...told(telling), minimum, maximum })

export const list = <T extends TSchema>(items: T, telling: Telling, options = {}) =>
  Type.Array(items, { ...told(telling), maxItems: 10_000, ...options })

/** A list whose order means nothing, so that it is sorted in the normal form. */
export const setOf = <T extends TSchema>(items: T, telling: Telling) =>
  list(items, telling, { uniqueItems: true, 'x-set': true })

export const duration = (telling: Telling) =>
  formed(DURATION, 'a whole number with a unit (s, m, h, d or w), such as 15m or 30d', telling)

export const instant = (telling: Telling) =>
  formed(INSTANT, 'an instant in UTC, such as 2027-01-31T00:00:00Z', telling)

export const slug = (telling: Telling) =>
  formed(
    '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
    '1 to 63 lower-case letters, digits and hyphens, with no hyphen at either end',
    telling,
  )

/** RFC 6749 §3.3: scope-token. */
export const scopeName = (telling: Telling) =>
  formed(
    '^[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,256}$',
    'printable ASCII without spaces, quotes and backslashes, such as orders:read',
    telling,
  )

export const absoluteUri = (telling: Telling) =>
  formed('^[A-Za-z][A-Za-z0-9+.-]*:[^\\s]+$', 'an absolute URI', telling)

/** RFC 8707 §2. */
export const resourceUri = (telling: Telling) =>
  formed('^[A-Za-z][A-Za-z0-9+.-]*:[^\\s#]+$', 'an absolute URI without a fragment', telling)

export const formedText = formed

export const labels = Type.Optional(
  Type.Unsafe<Readonly<Record<string, string>>>({
    type: 'object',
    ...told(['Free words for people and scripts to select by.', { team: 'checkout' }]),
    patternProperties: { '^[a-z][a-z0-9./-]{0,62}$': { type: 'string', maxLength: 256 } },
    additionalProperties: false,
  }),
)

export const nameMetadata = <N extends TSchema>(name: N) =>
  closed({ name, labels }, ['Names the object.', { name: EXAMPLE_TENANT }])

export const tenantMetadata = <N extends TSchema>(name: N, example: string) =>
  closed({ tenant: slug(['The tenant it belongs to.', EXAMPLE_TENANT]), name, labels }, [
    'Names the object: unique among the objects of its kind and tenant.',
    { tenant: EXAMPLE_TENANT, name: example },
  ])

export const lifecycle = Type.Optional(
  closed(
    {
      protect: Type.Optional(
        flag(['Refuses to delete the object, until false is applied. Kept in the database.', true]),
      ),
      reconcile: Type.Optional(
        oneOf(RECONCILE, [
          'full: kept as the documents say. createOnly: made when it is missing, and then left alone. observe: never written, differences are only shown.',
          'createOnly',
        ]),
      ),
    },
    ['How the object may change.', { protect: true }],
  ),
)

/** One kind of document: its envelope around a spec. */
export const documentOf = <K extends string, M extends TSchema, S extends TSchema>(
  kind: K,
  description: string,
  parts: { readonly metadata: M; readonly spec: S },
) =>
  Type.Object(
    {
      apiVersion: Type.Literal(API_VERSION, told(['The version of the format.', API_VERSION])),
      kind: Type.Literal(kind, told(['What the document describes.', kind])),
      metadata: parts.metadata,
      lifecycle,
      spec: parts.spec,
    },
    { title: kind, description, additionalProperties: false },
  )

const reference = {
  fromEnv: Type.Optional(
    formed('^[A-Za-z_][A-Za-z0-9_]*$', 'the name of an environment variable', [
      'The environment variable that holds the value when the configuration is applied.',
      'ACME_WEB_SECRET',
    ]),
  ),
  fromFile: Type.Optional(
    text([
      'A file with the value, relative to the project file and inside its folder.',
      'secrets/web',
    ]),
  ),
  fromSops: Type.Optional(
    formed('^[^#]+#.+$', 'a file and a path in it, such as secrets/prod.enc.yaml#acme.web', [
      'A value in a file that SOPS encrypted for a key of age, and where it is: names with dots between them.',
      'secrets/prod.enc.yaml#acme.web',
    ]),
  ),
  fromExec: Type.Optional(
    closed(
      {
        command: list(
          text(['The program, or one of its arguments.', 'op']),
          [
            'The program by its name or absolute path, and its arguments. No shell reads them.',
            ['op', 'read', 'op://prod/web/secret'],
          ],
          { minItems: 1, maxItems: 64 },
        ),
      },
      [
        'What a program prints. Only where the project allows exec, and TOKENIDP_EXEC_ALLOW names this very command.',
        { command: ['op', 'read', 'op://prod/web/secret'] },
      ],
    ),
  ),
  generate: Type.Optional(
    closed({ bytes: Type.Optional(integer(16, 64, ['How many random bytes.', 32])) }, [
      'Made once, at the first apply, and shown nowhere but in --secrets-out.',
      { bytes: 32 },
    ]),
  ),
}

type Reference = Static<ReturnType<typeof Type.Object<typeof reference>>>

/** A literal or exactly one reference. One schema with two types: `anyOf` would report every branch. */
export const secretValue = (telling: Telling) =>
  Type.Unsafe<string | Reference>({
    ...Type.Object(reference, { additionalProperties: false, minProperties: 1, maxProperties: 1 }),
    type: ['string', 'object'],
    minLength: 1,
    maxLength: 4096,
    ...told(telling),
  })
