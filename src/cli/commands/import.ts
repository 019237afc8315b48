import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { nearest } from '../../base/nearest.ts'
import {
  type Imported,
  type ImportedDocument,
  importExport,
  isTenantName,
  MAX_IMPORT_BYTES,
  PRODUCT_NAMES,
  productNamed,
} from '../../config/foreign/index.ts'
import { MODELINE, printDocuments } from '../../config/print.ts'
import { EXIT, Failure } from '../exit.ts'
import { envFile, isKnown } from '../import/env-file.ts'
import { readExportFile } from '../import/export-file.ts'
import { notesMarkdown, notesText } from '../import/notes.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { counted, showDiagnostics } from '../show-diagnostics.ts'
import { writeFolder } from '../write-folder.ts'

interface Flags {
  readonly out?: string
  readonly tenant?: string
  readonly envOut?: string
  readonly dev?: boolean
}

/** What another product exported, as documents, and a list of what they do not say. Asks no network and no database. */
export async function importFrom(
  invocation: Invocation,
  flags: Flags,
  name: string,
  file: string,
): Promise<Outcome> {
  const product = productCalled(name)
  checkTenant(flags.tenant)
  const secrets =
    flags.envOut === undefined ? undefined : envFile(flags.envOut, invocation.world.directory)
  const imported = await readImport(invocation, flags, { product, file })
  const folder = flags.out === undefined || flags.out === '-' ? undefined : flags.out
  const files = filesOf(imported, product.title)
  // Whoever has one knows what not to commit.
  if (folder !== undefined && existsSync(resolve(invocation.world.directory, folder, IGNORE)))
    files.delete(IGNORE)
  secrets?.write(imported.variables)
  try {
    if (folder !== undefined) writeFolder(resolve(invocation.world.directory, folder), files)
  } catch (error) {
    secrets?.remove()
    throw error
  }
  tell(invocation, imported)
  const written = folder === undefined ? [] : [...files.keys()]
  return {
    exit: EXIT.ok,
    kind: 'Import',
    body: {
      product: product.name,
      documents: imported.documents.map(({ value }) => value),
      notCarried: imported.notCarried.map((each) => ({ ...each })),
      variables: imported.variables.map(({ name: variable, address, value }) => ({
        name: variable,
        address,
        isInExport: isKnown(value),
      })),
      files: written,
    },
    text:
      folder === undefined
        ? textOf(imported, imported.documents)
        : `${written.map((path) => `+ ${join(folder, path)}\n`).join('')}\nnext: tokenidp validate -C ${folder}\n`,
  }
}

type Product = NonNullable<ReturnType<typeof productNamed>>

function productCalled(name: string): Product {
  const product = productNamed(name)
  if (product !== undefined) return product
  const meant = nearest(name, PRODUCT_NAMES)
  throw new Failure(
    EXIT.usage,
    `"${name}" is not a product that can be imported${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    `use one of ${PRODUCT_NAMES.join(', ')}`,
  )
}

function checkTenant(name: string | undefined): void {
  if (name !== undefined && !isTenantName(name))
    throw new Failure(
      EXIT.usage,
      `a tenant cannot be called "${name}"`,
      'use 1 to 63 lower-case letters, digits and hyphens, and no path of the server, such as admin',
    )
}

interface Asked {
  readonly product: Product
  readonly file: string
}

async function readImport(
  invocation: Invocation,
  flags: Flags,
  { product, file }: Asked,
): Promise<Imported> {
  const { world } = invocation
  const bytes = await readExportFile(file, world, MAX_IMPORT_BYTES)
  const source = { file: file === '-' ? 'stdin' : file, bytes }
  const found = importExport(product, source, { tenant: flags.tenant, isDev: flags.dev === true })
  if (found.outcome === 'refused') {
    // Its lines are not shown: any of them may hold a secret.
    await showDiagnostics(invocation, found.diagnostics, {
      root: world.directory,
      sources: new Map(),
    })
    throw new Failure(
      EXIT.invalid,
      `${counted(found.diagnostics.length, 'error')} in ${source.file}; nothing was imported`,
      'correct it, or export again',
    )
  }
  const tenants = found.imported.documents.filter(({ kind }) => kind === 'Tenant')
  if (flags.tenant !== undefined && tenants.length > 1)
    throw new Failure(
      EXIT.usage,
      `--tenant names one tenant, and the export has ${tenants.length}`,
      'leave it out, or export one at a time',
    )
  return found.imported
}

function tell({ world, global, warn }: Invocation, imported: Imported): void {
  if (imported.isWithoutUrl)
    warn(
      'the export does not say where the server will be: publicUrl is made up',
      'write yours in the Environment',
    )
  if (!global.isQuiet) world.io.err(notesText(imported.notCarried, imported.variables))
}

const IGNORE = '.gitignore'

function filesOf(imported: Imported, title: string): Map<string, string> {
  const byTenant = Map.groupBy(imported.documents, ({ tenant }) => tenant)
  return new Map([
    ...[...byTenant].map(([tenant, documents]): [string, string] => [
      tenant === '' ? 'tokenidp.yaml' : `tenants/${tenant}.yaml`,
      textOf(imported, documents),
    ]),
    ['IMPORT-NOTES.md', notesMarkdown(title, imported.notCarried, imported.variables)],
    [IGNORE, '.tokenidp/\nsecrets.json\n*.env\n'],
  ])
}

const textOf = ({ isWithoutUrl }: Imported, documents: readonly ImportedDocument[]): string =>
  printDocuments(
    documents.map(({ kind, value }) => ({
      value,
      comments:
        isWithoutUrl && kind === 'Environment'
          ? [{ path: ['spec', 'publicUrl'], text: 'where browsers will find the server' }]
          : [],
    })),
    MODELINE,
  )
