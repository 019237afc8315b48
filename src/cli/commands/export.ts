import { join, resolve } from 'node:path'
import { nearest } from '../../base/nearest.ts'
import type { Literal } from '../../deploy/export/documents.ts'
import { exportedFiles, textOf } from '../../deploy/export/files.ts'
import { CA_FILE, type Selection } from '../../deploy/export/project.ts'
import type { LiveState } from '../../store/config-port.ts'
import { databaseUrl, withDatabase } from '../database.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { findProjectSettings } from '../project.ts'
import { writeFolder } from '../write-folder.ts'

interface ExportFlags {
  readonly tenant?: string
  readonly owner?: string
  readonly out?: string
}

/** What is live, as documents that would change nothing. */
export async function exportLive(invocation: Invocation, flags: ExportFlags): Promise<Outcome> {
  const settings = await findProjectSettings(invocation)
  const url = databaseUrl(invocation, settings)
  const live = await withDatabase(invocation, url, { schema: 'inspect' }, ({ config }) =>
    config.live(),
  )
  const selection: Selection = {
    owner: ownerNamed(live, flags.owner ?? settings.id),
    tenant: flags.tenant,
  }
  checkTenant(live, selection)
  const found = exportedFiles(live, selection)
  warnOfLiterals(invocation, found.literals)
  const folder = flags.out === undefined || flags.out === '-' ? undefined : flags.out
  if (folder !== undefined) writeFolder(resolve(invocation.world.directory, folder), found.files)
  else if (found.files.has(CA_FILE))
    invocation.warn(`the documents name ${CA_FILE}, which is not in them`, 'export --out <folder>')
  return {
    exit: EXIT.ok,
    kind: 'Export',
    body: {
      revision: live.revision,
      owner: selection.owner,
      files: [...found.files].map(([path, text]) => ({ path, text })),
      literals: found.literals.map((each) => ({ ...each })),
    },
    text:
      folder === undefined
        ? textOf(live, selection)
        : [...found.files.keys()].map((path) => `${join(folder, path)}\n`).join(''),
  }
}

/** The one that is named, that of the project around us, or the only one there is. */
function ownerNamed({ objects }: LiveState, named: string | undefined): string {
  const owners = [...new Set(objects.map(({ owner }) => owner))].filter((owner) =>
    owner.startsWith('git:'),
  )
  const [only, ...others] = owners
  const meant = named === undefined || named.startsWith('git:') ? named : `git:${named}`
  if (meant === undefined && only !== undefined && others.length === 0) return only
  if (meant !== undefined && owners.includes(meant)) return meant
  throw new Failure(
    EXIT.failed,
    others.length > 0 && meant === undefined
      ? `several projects own what is live: ${owners.join(', ')}`
      : `${meant ?? 'no project'} owns nothing in this database`,
    only === undefined ? 'tokenidp apply' : `tokenidp export --owner ${only.replace(/^git:/, '')}`,
  )
}

function checkTenant({ objects }: LiveState, { owner, tenant }: Selection): void {
  if (tenant === undefined) return
  const tenants = objects
    .filter((each) => each.kind === 'Tenant' && each.owner === owner)
    .map(({ name }) => name)
  if (tenants.includes(tenant)) return
  const meant = nearest(tenant, tenants)
  throw new Failure(
    EXIT.failed,
    `${owner} has no tenant "${tenant}"`,
    meant === undefined ? 'tokenidp status' : `did you mean ${meant}?`,
  )
}

function warnOfLiterals({ warn }: Invocation, literals: readonly Literal[]): void {
  for (const { address, id, variable } of literals)
    warn(
      `secret "${id}" of ${address} was written into its document and cannot be exported`,
      `set ${variable}, which the exported document takes it from`,
    )
}
