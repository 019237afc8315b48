import type { Json, JsonObject } from '../../base/json.ts'
import { type Drift, driftIn } from '../../deploy/drift.ts'
import { databaseOf, withDatabase } from '../database.ts'
import { EXIT } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { printable } from '../printable.ts'

/** What is live and no longer as it was applied. Needs no documents. */
export async function drift(
  invocation: Invocation,
  flags: { readonly detailedExitcode?: boolean },
): Promise<Outcome> {
  const url = await databaseOf(invocation)
  const live = await withDatabase(invocation, url, { schema: 'inspect' }, ({ config }) =>
    config.live(),
  )
  const drifted = driftIn(live.objects)
  return {
    exit: flags.detailedExitcode === true && drifted.length > 0 ? EXIT.changes : EXIT.ok,
    kind: 'Drift',
    body: { revision: live.revision, drifted: drifted.map(driftBody) },
    text:
      drifted.length === 0
        ? `No drift: everything is as revision ${live.revision} left it.\n`
        : `${[...drifted.flatMap(driftLines), '', NEXT].join('\n')}\n`,
  }
}

const NEXT =
  'The next apply puts this back; tokenidp plan --on-drift keep shows it with this left as it is.'

const driftBody = ({ address, owner, fields }: Drift): JsonObject => ({
  address,
  owner,
  fields: fields.map((field) => ({ ...field })),
})

const driftLines = ({ address, owner, fields }: Drift): string[] =>
  [
    `~ ${address} (${owner === '' ? 'of nobody' : owner})`,
    ...fields.map(({ path, before, after }) => `    ${path}: ${text(before)} → ${text(after)}`),
  ].map(printable)

const text = (value: Json | undefined): string =>
  value === undefined ? '(none)' : JSON.stringify(value)
