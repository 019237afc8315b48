import { join } from 'node:path'
import type { Diagnostic } from '../../base/diagnostic.ts'
import { masked } from '../../config/mask.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { lineDiff } from '../line-diff.ts'
import { printable } from '../printable.ts'
import { readProjectFiles } from '../project.ts'
import { replaceFile } from '../replace-file.ts'
import { counted, invalid, showDiagnostics } from '../show-diagnostics.ts'

interface Flags {
  readonly to?: string
  readonly write?: boolean
}

interface Changed {
  readonly file: string
  readonly text: string
  readonly before: string
  readonly did: readonly { readonly line: number; readonly what: string }[]
}

/** Writes the documents in another version of the format. Shows a diff unless it is told to write. */
export async function upgradeConfig(
  invocation: Invocation,
  { to, write = false }: Flags,
  paths: readonly string[] = [],
): Promise<Outcome> {
  const { LADDER, upgraded } = await import('../../config/upgrade/index.ts')
  const target = targetOf(to, LADDER.versions)
  const documents = await readProjectFiles(invocation, paths)
  const changed: Changed[] = []
  const refused: Diagnostic[] = []
  for (const [file, before] of documents.sources) {
    const { text, did, diagnostics, isLossy } = upgraded(file, before, target, LADDER)
    refused.push(...diagnostics)
    if (isLossy) invocation.warn(`${file} is left as it is: a comment in it would have to move`)
    if (text !== before) changed.push({ file, before, text, did })
  }
  await showDiagnostics(invocation, refused, documents)
  if (refused.length > 0) throw invalid(refused)
  if (write)
    for (const { file, before, text } of changed)
      replaceFile({ path: join(documents.root, file), before, text }, invocation.world)
  return {
    exit: EXIT.ok,
    kind: 'Upgrade',
    body: {
      to: target,
      written: write,
      files: changed.map(({ file, did }) => ({ file, changes: did })),
    },
    text: textOf(changed, target, write, documents.sources.size),
  }
}

function targetOf(to: string | undefined, versions: readonly string[]): string {
  const found = to === undefined ? versions.at(-1) : versions.find((each) => each === to)
  if (found !== undefined) return found
  throw new Failure(
    EXIT.usage,
    `the version ${to} of the format is not known`,
    `known here: ${versions.join(', ')}; a newer one needs a newer tokenidp`,
  )
}

function textOf(
  changed: readonly Changed[],
  to: string,
  isWritten: boolean,
  count: number,
): string {
  if (changed.length === 0) return `All is ${to} already: ${counted(count, 'file')}.\n`
  const parts = changed.map(({ file, before, text, did }) =>
    isWritten
      ? did.map(({ line, what }) => `${printable(`${file}:${line}: ${what}`)}\n`).join('')
      : `--- ${printable(file)}\n+++ ${printable(file)}\n${visible(lineDiff(before, text))}`,
  )
  const files = `${changed.length} of ${counted(count, 'file')}`
  return `${parts.join('')}${isWritten ? `Written: ${files}.` : `Not written: ${files}; --write does it.`}\n`
}

/** Lines around a change may hold a secret. */
const visible = (text: string): string =>
  text
    .split('\n')
    .map((line) => printable(masked(line)))
    .join('\n')
