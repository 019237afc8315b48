import { join } from 'node:path'
import { EXIT } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { readProjectFiles } from '../project.ts'
import { replaceFile } from '../replace-file.ts'

/** Writes the documents in one form: block style, two spaces, comments where they are. */
export async function fmt(
  invocation: Invocation,
  { check = false }: { readonly check?: boolean },
  paths: readonly string[] = [],
): Promise<Outcome> {
  const { formatted } = await import('../../config/format.ts')
  const { root, sources } = await readProjectFiles(invocation, paths)
  const changed: string[] = []
  for (const [file, before] of sources) {
    const text = formatted(before)
    if (text === undefined)
      invocation.warn(`${file} is left as it is: a comment in it would have to move`)
    if (text === undefined || text === before) continue
    changed.push(file)
    if (!check) replaceFile({ path: join(root, file), before, text }, invocation.world)
  }
  const isWrong = check && changed.length > 0
  return {
    exit: isWrong ? EXIT.invalid : EXIT.ok,
    kind: 'Format',
    body: { check, files: changed },
    text: textOf(changed, sources.size, check),
  }
}

function textOf(changed: readonly string[], count: number, isCheck: boolean): string {
  const all = `${count} ${count === 1 ? 'file' : 'files'}`
  if (changed.length === 0) return `All is in form: ${all}.\n`
  const list = changed.map((file) => `${file}\n`).join('')
  return isCheck
    ? `${list}Not in form: ${changed.length} of ${all}; tokenidp fmt writes them.\n`
    : `${list}Written: ${changed.length} of ${all}.\n`
}
