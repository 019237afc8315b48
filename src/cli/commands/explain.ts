import type { FieldPage } from '../../config/explain.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'

/** What a code means, or what a field is for. Reads no document. */
export async function explain(
  _invocation: Invocation,
  _flags: unknown,
  what: string,
): Promise<Outcome> {
  const { fieldsAt, isCode, meantBy, pageOf } = await import('../../config/explain.ts')
  const code = /^(?:tidp)?(\d{4})$/i.exec(what)?.[1]
  const name = code === undefined ? what : `TIDP${code}`
  if (isCode(name)) return told({ code: name, page: pageOf(name), fields: [] }, pageOf(name))
  const fields = fieldsAt(what)
  if (fields.length > 0) return told({ fields }, fields.map(fieldText).join('\n'))
  const meant = meantBy(what)
  throw new Failure(
    EXIT.usage,
    `there is no code and no field "${what}"`,
    meant === undefined
      ? 'for instance tokenidp explain TIDP1203, or tokenidp explain Application.redirectUris'
      : `tokenidp explain ${meant}`,
  )
}

const told = (body: Outcome['body'], text: string): Outcome => ({
  exit: EXIT.ok,
  kind: 'Explanation',
  body,
  text,
})

function fieldText({ path, type, description, values, example, fields }: FieldPage): string {
  const lines = [
    `# ${path}`,
    '',
    description,
    '',
    `type: ${type}`,
    ...(values.length === 0 ? [] : [`one of: ${values.join(', ')}`]),
    ...(example === undefined ? [] : [`for instance: ${JSON.stringify(example)}`]),
    ...(fields.length === 0 ? [] : [`fields: ${fields.join(', ')}`]),
  ]
  return `${lines.join('\n')}\n`
}
