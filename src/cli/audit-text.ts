import type { Json, JsonObject } from '../base/json.ts'
import { isJsonObject } from '../base/json.ts'
import type { AuditEntry } from '../store/config-port.ts'
import { printable } from './printable.ts'

/** What one entry says of its object, for other programs. No values: there are none in it. */
export const entryBody = ({ address, action, objectUid, details }: AuditEntry): JsonObject => ({
  address,
  action,
  uid: objectUid ?? null,
  owner: details.owner ?? null,
  risk: details.risk ?? null,
  paths: listOf(details.paths),
  secrets: listOf(details.secrets),
  origin: details.origin ?? null,
  movedFrom: details.movedFrom ?? null,
  adoptedFrom: details.adoptedFrom ?? null,
})

export function entryLines({ address, action, details }: AuditEntry): string[] {
  const { risk, origin, movedFrom } = details
  const title = typeof movedFrom === 'string' ? `${movedFrom} → ${address}` : address
  const parts = [
    `${action} ${title}`,
    ...(typeof origin === 'string' ? [`(${origin})`] : []),
    ...(typeof risk === 'string' && risk !== 'safe' ? [risk] : []),
  ]
  return [parts.join(' '), ...pathLines(details)].map(printable)
}

function pathLines({ paths, secrets }: JsonObject): string[] {
  const ofSecrets = listOf(secrets)
    .filter(isJsonObject)
    .map(({ id, action }) => `    secret ${JSON.stringify(id)}: ${action}`)
  return [...listOf(paths).map((path) => `    ${path}`), ...ofSecrets]
}

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : [])
