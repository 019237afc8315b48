import { gunzipSync, gzipSync } from 'node:zlib'
import type { JsonObject } from '../base/json.ts'
import type { DeclaredSecret, DesiredState, SecretSource } from '../config/desired-state.ts'

interface Packing {
  /** Keeps where each secret is named, which takes reading all documents again. */
  readonly hasPlaces?: boolean
}

/** What was wanted, as one packed text without a secret: enough to want it again. */
export const packSource = (desired: DesiredState, packing: Packing = {}): Buffer =>
  gzipSync(JSON.stringify(sourceOf(desired, packing)), { level: 6 })

export const unpackSource = (packed: Buffer): DesiredState =>
  desiredOf(JSON.parse(gunzipSync(packed, { maxOutputLength: MOST_BYTES }).toString('utf8')))

const MOST_BYTES = 512 * 1024 * 1024

const sourceOf = (desired: DesiredState, { hasPlaces }: Packing) => ({
  format: 1,
  project: desired.project,
  environment: desired.environment,
  policy: desired.policy,
  refactor: desired.refactor,
  objects: desired.objects.map((object) => ({
    kind: object.kind,
    tenant: object.tenant,
    name: object.name,
    spec: object.spec,
    secrets: object.secrets.map((secret) => ({
      ...secretSource(secret),
      ...(hasPlaces === true ? { line: secret.at.line } : {}),
    })),
    protect: object.isProtected,
    reconcile: object.reconcile,
    file: object.at.file,
    line: object.at.line,
  })),
})

/** The value of a literal stays where it was written. */
const secretSource = ({ id, use, source, expiresAt }: DeclaredSecret) => ({
  id,
  use,
  source: source.from === 'literal' ? { from: 'kept' } : { ...source },
  expiresAt: expiresAt ?? null,
})

interface Packed extends Omit<DesiredState, 'objects'> {
  readonly objects: readonly PackedObject[]
}

interface PackedObject {
  readonly kind: string
  readonly tenant: string
  readonly name: string
  readonly spec: JsonObject
  readonly secrets: readonly {
    readonly id: string
    readonly use: DeclaredSecret['use']
    readonly source: SecretSource
    readonly expiresAt: number | null
    readonly line?: number
  }[]
  readonly protect: boolean
  readonly reconcile: DesiredState['objects'][number]['reconcile']
  readonly file: string
  readonly line: number
}

const desiredOf = ({ project, environment, policy, refactor, objects }: Packed): DesiredState => ({
  project,
  environment,
  policy,
  refactor,
  objects: objects.map((object) => ({
    kind: object.kind,
    tenant: object.tenant,
    name: object.name,
    spec: object.spec,
    secrets: object.secrets.map(({ id, use, source, expiresAt, line }) => ({
      id,
      use,
      source,
      expiresAt: expiresAt ?? undefined,
      at: positionAt(object.file, line ?? object.line),
    })),
    isProtected: object.protect,
    reconcile: object.reconcile,
    at: positionAt(object.file, object.line),
    placeOf: () => ({ file: object.file, line: object.line }),
  })),
})

const positionAt = (file: string, line: number) => ({
  file,
  line,
  column: 1,
  endLine: line,
  endColumn: 1,
})
