import { databaseOf, databaseUrl, prepareLocal } from '../database.ts'
import { EXIT } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { findProjectSettings } from '../project.ts'

/** Brings the database's own schema up to this version. Safe to repeat, and for several at once. */
export async function migrateDatabase(invocation: Invocation): Promise<Outcome> {
  const { migrate } = await import('../../store/open.ts')
  const project = await findProjectSettings(invocation)
  const url = databaseUrl(invocation, project)
  prepareLocal(url, project.root)
  invocation.interruption.pointOfNoReturn()
  const work = migrate(url, invocation.world.random)
  const { current, latest } = await invocation.progress.during('Migrating the database', work)
  return {
    exit: EXIT.ok,
    kind: 'DatabaseStatus',
    body: { current, latest },
    text: `The database has schema ${current}.\n`,
  }
}

export async function databaseStatus(invocation: Invocation): Promise<Outcome> {
  const { migrationStatus } = await import('../../store/open.ts')
  const { current, latest } = await migrationStatus(await databaseOf(invocation))
  return {
    exit: EXIT.ok,
    kind: 'DatabaseStatus',
    body: { current, latest },
    text: `schema   ${current === 0 ? 'none' : current}\nprogram  ${latest}\n${current < latest ? '  next: tokenidp db migrate\n' : ''}`,
  }
}
