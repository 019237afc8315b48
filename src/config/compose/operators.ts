import type { Diagnostic } from '../../base/diagnostic.ts'
import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts'
import { nearest } from '../../base/nearest.ts'
import { diagnostic } from '../codes.ts'
import type { Path } from '../locate.ts'
import type { ParsedDocument } from '../parse.ts'
import { OPERATORS } from './merge.ts'

const SPEC: Path = ['spec', 'patch', 'spec']

/** Whether the operators in a patch say something. `path` is where the value is in the document. */
export function checkOperators(
  source: ParsedDocument,
  path: Path,
  value: Json,
): readonly Diagnostic[] {
  if (value === null)
    return [wrong(source.at(path), 'a patch cannot make a field empty', 'write { $delete: true }')]
  if (!isJsonObject(value)) return []
  const names = Object.keys(value)
  // Inside of a spec an empty map may be a value, such as { generate: {} }.
  if (names.length === 0 && path.length <= SPEC.length)
    return [wrong(source.at(path), 'this patch changes nothing', 'write what it should change')]
  const unknown = names.filter((name) => name.startsWith('$') && !isOperator(name))
  if (unknown.length > 0)
    return unknown.map((name) => {
      const meant = nearest(name, OPERATORS)
      const at = source.atKey([...path, name])
      return diagnostic('TIDP1236', at, `there is no operator ${name}`, {
        hint: meant === undefined ? `there are ${OPERATORS.join(', ')}` : `did you mean ${meant}?`,
        fixes: meant === undefined ? [] : [{ description: `write ${meant}`, at, text: meant }],
      })
    })
  const [operator] = names.filter(isOperator)
  if (operator !== undefined) return checkUse(source, [...path, operator], value)
  return names.flatMap((name) => checkOperators(source, [...path, name], value[name] ?? null))
}

const isOperator = (name: string): boolean => OPERATORS.some((each) => each === name)

function checkUse(source: ParsedDocument, path: Path, value: JsonObject): readonly Diagnostic[] {
  const at = source.atKey(path)
  const { $append, $remove, $delete, ...fields } = value
  if (Object.keys(fields).length > 0)
    return [wrong(at, 'a map has fields or operators, not both', 'put the fields on their own')]
  if ($delete !== undefined && (Object.keys(value).length > 1 || $delete !== true))
    return [wrong(at, '$delete stands alone and is true', 'write { $delete: true }')]
  const isWrong = [$append, $remove].some((list) => list !== undefined && !Array.isArray(list))
  if (isWrong)
    return [wrong(at, '$append and $remove take a list', 'for instance { $append: [a] }')]
  return []
}

const wrong = (at: Diagnostic['at'], message: string, hint: string): Diagnostic =>
  diagnostic('TIDP1236', at, message, { hint })
