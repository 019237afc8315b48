import { Document, isNode, isScalar, stringify, visit } from 'yaml'
import type { JsonObject } from '../base/json.ts'
import type { Path } from './locate.ts'

export interface Printable {
  readonly value: JsonObject
  /** Put behind the values at these paths. */
  readonly comments: readonly { readonly path: Path; readonly text: string }[]
}

/** Tells editors which schema documents have. */
export const MODELINE =
  '# yaml-language-server: $schema=https://schemas.tokenidp.dev/v1/tokenidp.json\n'

/** Documents as one text of YAML 1.2, which reads back as the same values. */
export const printDocuments = (documents: readonly Printable[], header = ''): string =>
  `${header}${documents.map(printDocument).join('---\n')}`

function printDocument({ value, comments }: Printable): string {
  const document = new Document(value, {
    version: '1.2',
    aliasDuplicateObjects: false,
  })
  // Unquoted, `<<` would merge its value into the map around it; and `${` would stand for something.
  visit(document, {
    Scalar(key, node) {
      if (key !== 'key' && typeof node.value === 'string')
        node.value = node.value.replaceAll('${', () => '$${')
    },
    Pair(_key, { key }) {
      if (isScalar(key) && key.value === '<<') key.type = 'QUOTE_DOUBLE'
    },
  })
  for (const { path, text } of comments) {
    const node = document.getIn(path, true)
    if (isNode(node)) node.comment = ` ${text}`
  }
  return document.toString({ lineWidth: 0, blockQuote: false })
}

/** A value that is no document, as YAML. */
export const printValue = (value: JsonObject): string => stringify(value, { lineWidth: 0 })
