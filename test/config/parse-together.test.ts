import { describe, expect, test } from 'vitest'
import { parse } from '../../src/config/parse.ts'
import { parseTogether } from '../../src/config/parse-together.ts'

const application = (name: string, more = ''): string =>
  `apiVersion: tokenidp.dev/v1
kind: Application
metadata: { tenant: acme, name: ${name} }
spec:
  type: spa
  displayName: 注文 "${name}"${more}
`

const fileOf = (name: string, count: number, more?: string) => ({
  file: `${name}.yaml`,
  bytes: Buffer.from(
    Array.from({ length: count }, (_, index) => application(`${name}-${index}`, more)).join(
      '---\n',
    ),
  ),
})

const seen = (parsed: ReturnType<typeof parse>) => ({
  diagnostics: parsed.diagnostics,
  documents: parsed.documents.map(({ file, value, hasPlaceholders, at }) => ({
    file,
    value,
    hasPlaceholders,
    places: [at(['metadata', 'name']), at(['spec', 'displayName']), at(['spec', 'absent'])],
  })),
})

describe('files that two threads read', () => {
  const files = [
    ...Array.from({ length: 30 }, (_, index) => fileOf(`team${index}`, 200)),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of the documents
    fileOf('placeholders', 3, ' ${var.host}'),
    fileOf('broken', 3, '\n  displayName: twice'),
    { file: 'empty.yaml', bytes: Buffer.from('') },
    { file: 'binary.yaml', bytes: Buffer.from([0xff, 0xfe, 0x00]) },
    { file: 'same.yaml', bytes: fileOf('team0', 200).bytes },
  ]

  test('are what one would have read, in their order, with their places and findings', () => {
    const together = parseTogether(files, undefined)
    expect(together.map(seen)).toEqual(files.map((file) => seen(parse(file))))
    expect(together.flatMap(({ diagnostics }) => diagnostics)).not.toEqual([])
  })
})
