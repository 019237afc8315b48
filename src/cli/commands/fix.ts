import { join } from 'node:path'
import type { Diagnostic } from '../../base/diagnostic.ts'
import { hasErrors } from '../../base/diagnostic.ts'
import { EXIT } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { readerOf } from '../project.ts'
import { replaceFile } from '../replace-file.ts'
import { counted, showDiagnostics } from '../show-diagnostics.ts'

/** Makes in the files what the diagnostics know to be meant, and shows what is left for a person. */
export async function fix(
  invocation: Invocation,
  { dryRun = false }: { readonly dryRun?: boolean },
  paths: readonly string[] = [],
): Promise<Outcome> {
  const { fixAll } = await import('../../config/fix.ts')
  const read = await readerOf(invocation, paths)
  const { root, sources } = read()
  const fixes = fixAll(read)
  if (!dryRun)
    for (const [file, text] of fixes.texts)
      replaceFile(
        { path: join(root, file), before: sources.get(file) ?? '', text },
        invocation.world,
      )
  await showDiagnostics(invocation, fixes.left, { root, sources: fixes.sources })
  return {
    exit: hasErrors(fixes.left) ? EXIT.invalid : EXIT.ok,
    kind: 'Fix',
    body: { dryRun, files: [...fixes.texts.keys()].sort(), fixes: fixes.made.map(entryOf) },
    text: textOf(fixes.made, fixes.left, dryRun),
  }
}

const entryOf = ({ at, code, fixes }: Diagnostic) => ({
  file: at.file,
  line: at.line,
  column: at.column,
  code,
  description: fixes[0]?.description ?? '',
})

function textOf(
  made: readonly Diagnostic[],
  left: readonly Diagnostic[],
  isDryRun: boolean,
): string {
  const lines = made
    .map(entryOf)
    .map(
      ({ file, line, column, code, description }) =>
        `${file}:${line}:${column}: ${description} (${code})\n`,
    )
  const errors = left.filter(({ severity }) => severity === 'error').length
  const done = isDryRun ? 'would be made' : 'made'
  return [
    ...lines,
    `${counted(made.length, 'change')} ${done}; ${counted(errors, 'error')} and ${counted(left.length - errors, 'warning')} left.\n`,
  ].join('')
}
