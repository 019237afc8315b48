import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { projectFiles, type Template } from '../template.ts'
import { linkAmong } from '../write-folder.ts'

/** Writes a working project. What exists is never touched: one collision, and nothing is written. */
export async function init(
  { world, paint }: Invocation,
  { template = 'minimal' }: { readonly template?: Template },
  directory = '.',
): Promise<Outcome> {
  const root = resolve(world.directory, directory)
  const files = projectFiles(projectId(root), template)
  const taken = Object.keys(files).filter((name) => existsSync(join(root, name)))
  if (taken.length > 0)
    throw new Failure(
      EXIT.refused,
      `${taken.join(', ')} exist${taken.length === 1 ? 's' : ''} already in ${root}; nothing was written`,
      'tokenidp init <another directory>',
    )
  const link = linkAmong(root, Object.keys(files))
  if (link !== undefined)
    throw new Failure(
      EXIT.refused,
      `${link} in ${root} is a symbolic link, and nothing is written where it leads; nothing was written`,
      'tokenidp init <another directory>',
    )
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text, { flag: 'wx' })
  }
  const enter = root === world.directory ? '' : ` -C ${directory}`
  return {
    exit: EXIT.ok,
    kind: 'Init',
    body: { directory: root, files: Object.keys(files) },
    text: [
      ...Object.keys(files).map((name) => `${paint.out.good('+')} ${name}`),
      '',
      // The secrets of several tenants have to be given before one can serve them.
      `next: tokenidp ${template === 'minimal' ? 'dev' : 'test'}${enter}`,
      '',
    ].join('\n'),
  }
}

/** The directory's name as an identifier. */
function projectId(root: string): string {
  const id = basename(root)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return id === '' ? 'identity' : id
}
