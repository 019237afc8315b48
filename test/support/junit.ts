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

const attributesOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/([a-zA-Z]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      unescaped(value),
    ]),
  )

function unescaped(text: string): string {
  if (/&(?!#\d+;)/.test(text)) throw new Error(`a bare & in ${text}`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has none of them
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(text)) throw new Error('a forbidden character')
  return text.replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
}

/** The schema of Jenkins (junit-10.xsd) for what we write: which elements may be in which, with which attributes. */
const RULES: Readonly<
  Record<
    string,
    { elements: readonly string[]; required: readonly string[]; optional: readonly string[] }
  >
> = {
  testsuites: {
    elements: ['testsuite'],
    required: [],
    optional: ['name', 'time', 'tests', 'failures', 'errors', 'disabled'],
  },
  testsuite: {
    elements: ['testcase'],
    required: ['name', 'tests'],
    optional: ['time', 'failures', 'errors', 'skipped'],
  },
  testcase: {
    elements: ['failure', 'error', 'system-out'],
    required: ['name'],
    optional: ['classname', 'time'],
  },
  failure: { elements: [], required: [], optional: ['type', 'message'] },
  error: { elements: [], required: [], optional: ['type', 'message'] },
  'system-out': { elements: [], required: [], optional: [] },
}

/** What is against the schema. */
export function junitProblems({ name, attributes, elements }: Element): readonly string[] {
  const rule = RULES[name]
  if (rule === undefined) return [`no element ${name}`]
  const allowed = [...rule.required, ...rule.optional]
  return [
    ...elements
      .filter((each) => !rule.elements.includes(each.name))
      .map((each) => `${each.name} in ${name}`),
    ...Object.keys(attributes)
      .filter((each) => !allowed.includes(each))
      .map((each) => `${name} ${each}`),
    ...rule.required
      .filter((each) => attributes[each] === undefined)
      .map((each) => `${name} without ${each}`),
    ...elements.flatMap(junitProblems),
  ]
}
