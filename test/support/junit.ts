/** An element of XML as our reports have them: attributes, and elements or text inside. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly elements: readonly Element[]
  readonly text: string
}

const TOKEN = /<\?xml [^>]*\?>|<(\/?)([a-z-]+)((?:\s+[a-zA-Z]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y

/** A strict reader: whatever it does not know is an error. */
export function xml(source: string): Element {
  const root: Open = { name: '', attributes: {}, elements: [], text: '' }
  const open = [root]
  let at = 0
  for (const found of source.matchAll(new RegExp(TOKEN, 'gy'))) {
    at = found.index + found[0].length
    take(found, open)
  }
  if (at !== source.length) throw new Error(`no XML: ${source.slice(at, at + 40)}`)
  const [only, ...others] = root.elements
  if (only === undefined || others.length + open.length > 1) throw new Error('not one element')
  return only
}

function take(found: RegExpExecArray, open: Open[]): void {
  const [, closing, name, attributes = '', selfClosing, text] = found
  const parent = open.at(-1)
  if (parent === undefined) throw new Error('nothing is open')
  if (text !== undefined) parent.text += unescaped(text)
  if (name === undefined) return
  if (closing) {
    if (open.pop()?.name !== name) throw new Error(`</${name}> closes nothing`)
    return
  }
  const made: Open = { name, attributes: attributesOf(attributes), elements: [], text: '' }
  parent.elements.push(made)
  if (!selfClosing) open.push(made)
}

interface Open extends Element {
  readonly elements: Element[]
  text: string
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([a-zA-Z]+)="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, unescaped(value)] as const,
  )
  const attributes = Object.fromEntries(pairs)
  if (Object.keys(attributes).length < pairs.length) throw new Error(`an attribute twice: ${text}`)
  return attributes
}

function unescaped(text: string): string {
  if (/&(?!#\d+;)/.test(text)) throw new Error(`a bare & in ${text}`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has none of them
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(text)) throw new Error('a forbidden character')
  return text.replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
}
