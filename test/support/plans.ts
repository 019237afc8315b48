/** Plans without documents and databases: what is wanted, and what is live. */
import { Secret } from '../../src/base/secret.ts'
import { GUARDS } from '../../src/config/defaults.ts'
import type { DeclaredSecret, DesiredObject, DesiredState } from '../../src/config/desired-state.ts'
import { addressOf } from '../../src/config/desired-state.ts'
import { specHash } from '../../src/deploy/plan/digests.ts'
import type { Wanted } from '../../src/deploy/plan.ts'
import { fingerprint } from '../../src/deploy/secrets.ts'
import type { LiveState } from '../../src/store/config-port.ts'

export const PEPPER = 'pepper'

const META = { clusterId: 'cluster', pepper: PEPPER, schemaVersion: 1 }
const at = { file: 'acme.yaml', line: 7, column: 1, endLine: 7, endColumn: 2 }

/** A desired application. */
export const aDesired = (change: Partial<DesiredObject> = {}): DesiredObject => ({
  kind: 'Application',
  tenant: 'acme',
  name: 'web',
  spec: { clientId: 'web', scopes: ['openid'], tokens: { access: { ttl: 900 } } },
  secrets: [],
  isProtected: false,
  reconcile: 'full',
  at,
  placeOf: () => ({ file: at.file, line: at.line }),
  ...change,
})

export const aSecret = (change: Partial<DeclaredSecret> = {}): DeclaredSecret => ({
  id: 'first',
  use: 'client',
  source: { from: 'env', name: 'WEB_SECRET' },
  expiresAt: undefined,
  at,
  ...change,
})

export const wanted = (
  objects: readonly DesiredObject[],
  value: string | undefined = 'value',
  said: Partial<DesiredState> = {},
): Wanted => ({
  desired: {
    project: { id: 'shop' },
    environment: { name: 'dev', kind: 'dev' },
    policy: { prune: 'never', drift: 'revert', guards: GUARDS },
    refactor: { moved: [], removed: [], adopt: [] },
    objects,
    ...said,
  },
  secrets: new Map(
    objects.map((object) => [
      addressOf(object),
      object.secrets.map((declared) => ({
        declared,
        value: value === undefined ? undefined : new Secret(value, 'env:WEB_SECRET'),
      })),
    ]),
  ),
})

/** The live state that applying these objects leaves behind. */
export const applied = (
  { desired, secrets }: Wanted,
  change: Partial<LiveState> = {},
): LiveState => ({
  meta: META,
  revision: 1,
  environment: desired.environment,
  objects: desired.objects.map((object) => ({
    ...object,
    uid: `uid of ${addressOf(object)}`,
    owner: 'git:shop',
    specHash: specHash(object.spec),
    appliedHash: specHash(object.spec),
    originFile: at.file,
    originLine: at.line,
    revision: 1,
  })),
  secrets: [...secrets].flatMap(([address, each]) =>
    each.map(({ declared, value }) => ({
      ownerUid: `uid of ${address}`,
      secretId: declared.id,
      verifier: 'verifier',
      fingerprint: value === undefined ? 'of the generated one' : fingerprint(PEPPER, value),
      expiresAt: declared.expiresAt,
    })),
  ),
  tombstones: [],
  overrides: [],
  ...change,
})

export const EMPTY: LiveState = {
  meta: META,
  revision: 0,
  environment: undefined,
  objects: [],
  tombstones: [],
  secrets: [],
  overrides: [],
}
