import type { JsonObject } from '../../base/json.ts'
import { DELIVERY_STATES, type Delivery } from '../../model/delivery.ts'
import type { Tenant } from '../../model/tenant.ts'
import { databaseOf, withDatabase } from '../database.ts'
import { EXIT } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { instantText } from '../io.ts'
import { table } from '../table.ts'
import { applicationName, tenantNamed } from '../tenants.ts'

const SHOWN = 500

/** What applications have been told lately or are still to be told, the newest first. */
export async function listDeliveries(
  invocation: Invocation,
  flags: { readonly failed?: boolean },
  name: string,
): Promise<Outcome> {
  const url = await databaseOf(invocation)
  return withDatabase(invocation, url, { schema: 'require' }, async (database) => {
    const tenant = await tenantNamed(database, name)
    const states = flags.failed ? (['failed'] as const) : DELIVERY_STATES
    const found = await database.tenant(tenant.uid).deliveries.list({ states, limit: SHOWN })
    return {
      exit: EXIT.ok,
      kind: 'Deliveries',
      body: { tenant: name, deliveries: found.map((each) => deliveryBody(each, tenant)) },
      text:
        found.length === 0
          ? `There are no ${flags.failed ? 'failed ' : ''}deliveries.\n`
          : table(found.map((each) => deliveryRow(each, tenant))),
    }
  })
}

const deliveryBody = (delivery: Delivery, tenant: Tenant): JsonObject => ({
  id: delivery.id,
  application: applicationName(delivery.applicationUid, tenant),
  kind: delivery.kind,
  state: delivery.state,
  attempts: delivery.attempts,
  createdAt: delivery.createdAt,
  nextAttemptAt: delivery.state === 'pending' ? delivery.nextAttemptAt : null,
  finishedAt: delivery.finishedAt ?? null,
  lastError: delivery.lastError ?? null,
})

const deliveryRow = (delivery: Delivery, tenant: Tenant): string[] => [
  applicationName(delivery.applicationUid, tenant),
  delivery.kind,
  delivery.state,
  String(delivery.attempts),
  delivery.finishedAt === undefined
    ? `due ${instantText(delivery.nextAttemptAt)}`
    : instantText(delivery.finishedAt),
  delivery.lastError ?? '',
]
