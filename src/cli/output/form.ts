/** The words in which the documents that commands print are described. */
import { type TProperties, type TSchema, Type } from 'typebox'

/** Every member is known: the schema is that of the version of the program that prints the document. */
export const record = <P extends TProperties>(members: P, description?: string) =>
  Type.Object(members, {
    ...(description === undefined ? {} : { description }),
    additionalProperties: false,
  })

export const text = (description?: string) =>
  Type.String(description === undefined ? {} : { description })

export const flag = (description: string) => Type.Boolean({ description })

export const count = (description: string) => Type.Integer({ minimum: 0, description })

/** Whole seconds since 1970. */
export const instant = (description: string) => Type.Integer({ minimum: 0, description })

export const oneOf = <const V extends readonly string[]>(values: V, description?: string) =>
  Type.Unsafe<V[number]>({
    type: 'string',
    enum: [...values],
    ...(description === undefined ? {} : { description }),
  })

export const list = <T extends TSchema>(items: T, description?: string) =>
  Type.Array(items, description === undefined ? {} : { description })

export const optional = Type.Optional

/** Null where there is none. */
export const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** Open: whatever the configuration or a token holds at that place. */
export const anything = (description: string) => Type.Unknown({ description })

/** Open, as `anything` is. */
export const map = (description: string) =>
  Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object', description })

/** Texts by name. */
export const texts = (description: string) =>
  Type.Unsafe<Readonly<Record<string, string>>>({
    type: 'object',
    description,
    additionalProperties: { type: 'string' },
  })

const tool = record(
  { name: Type.Literal('tokenidp'), version: text() },
  'The program that wrote the document.',
)

const FORMAT = Type.String({
  pattern: '^1\\.[0-9]+$',
  description:
    'Of this kind of document. A minor version adds members; another major one is another format.',
})

/** A document of its own, as a file. */
export const fileOf = <K extends string, P extends TProperties>(
  kind: K,
  description: string,
  members: P,
) =>
  Type.Object(
    { formatVersion: FORMAT, kind: Type.Literal(kind), tool, ...members },
    { title: kind, description, additionalProperties: false },
  )

/** What a command prints with `-o json`. */
export const printed = <K extends string, P extends TProperties>(
  kind: K,
  description: string,
  members: P,
) => fileOf(kind, description, { ...members, diagnostics: list(remark, 'What was worth telling.') })

export const place = record({ file: text(), line: Type.Integer() }, 'Where it is written.')

const position = record({
  file: text(),
  line: Type.Integer(),
  column: Type.Integer(),
  endLine: Type.Integer(),
  endColumn: Type.Integer(),
})

const remark = record({
  severity: oneOf(['error', 'warning']),
  message: text(),
  hint: optional(text('What to do about it.')),
  code: optional(Type.String({ pattern: '^TIDP[0-9]{4}$' })),
  at: optional(position),
  related: optional(list(record({ message: text(), at: position }))),
  fixes: optional(list(record({ description: text(), at: position, text: text() }))),
})
