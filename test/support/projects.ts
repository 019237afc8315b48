/** Random projects, as the documents a person would write. */
import fc from 'fast-check'

interface AppPlan {
  readonly name: string
  readonly display: string
  readonly uris: readonly string[]
  readonly scopes: readonly string[]
  readonly ttl: number
  readonly grants: 'code' | 'machine'
  readonly secrets: readonly string[]
  readonly protect: boolean
}

interface TenantPlan {
  readonly name: string
  readonly display: string
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
  readonly lockout: number
  readonly apps: readonly AppPlan[]
}

export type ProjectPlan = readonly TenantPlan[]

const word = (letters: string, maxLength = 6): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength })

const slug = word('abcdefg')

/** What people call things, in whatever script. */
const display = fc
  .string({
    unit: fc.constantFrom('a', 'Ü', '漢', ' ', '"', "'", ':', '#', '𝒳', '-', '{'),
    minLength: 1,
    maxLength: 12,
  })
  .map((text) => `x${text}x`)

const scopeName = slug.map((name) => `${name}:read`)

const app = (scopes: readonly string[]): fc.Arbitrary<AppPlan> =>
  fc.record({
    name: slug,
    display,
    uris: fc.uniqueArray(
      slug.map((path) => `https://app.example/${path}`),
      { minLength: 1, maxLength: 4 },
    ),
    scopes: scopes.length === 0 ? fc.constant([]) : fc.uniqueArray(fc.constantFrom(...scopes)),
    ttl: fc.integer({ min: 1, max: 60 }),
    grants: fc.constantFrom('code' as const, 'machine' as const),
    secrets: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
    protect: fc.boolean(),
  })

const tenant: fc.Arbitrary<TenantPlan> = fc
  .uniqueArray(scopeName, { maxLength: 4 })
  .chain((scopes) =>
    fc.record({
      name: slug.map((name) => `t${name}`),
      display,
      scopes: fc.constant(scopes),
      roles: fc.uniqueArray(slug, { maxLength: 3 }),
      lockout: fc.integer({ min: 1, max: 99 }),
      apps: fc.uniqueArray(app(scopes), { maxLength: 5, selector: ({ name }) => name }),
    }),
  )

export const aRandomProject: fc.Arbitrary<ProjectPlan> = fc.uniqueArray(tenant, {
  minLength: 1,
  maxLength: 3,
  selector: ({ name }) => name,
})

/** Its files. Secrets are references, so that nothing secret has to be exported again. */
export function filesOf(plan: ProjectPlan): Record<string, string> {
  const head = [
    document('Project', { name: 'random' }, {}),
    document('Environment', { name: 'test' }, { kind: 'dev', publicUrl: 'http://127.0.0.1:4000' }),
  ]
  return {
    'tokenidp.yaml': head.join('---\n'),
    ...Object.fromEntries(
      plan.map((each) => [`${each.name}.yaml`, documentsOf(each).join('---\n')]),
    ),
  }
}

/** JSON is YAML, and quotes whatever has to be. */
const document = (kind: string, metadata: object, spec: object, protect = false): string =>
  `${JSON.stringify(
    {
      apiVersion: 'tokenidp.dev/v1',
      kind,
      metadata,
      ...(protect ? { lifecycle: { protect } } : {}),
      ...(Object.keys(spec).length === 0 ? {} : { spec }),
    },
    null,
    2,
  )}\n`

const documentsOf = ({
  name: tenant,
  display,
  scopes,
  roles,
  lockout,
  apps,
}: TenantPlan): string[] => [
  document(
    'Tenant',
    { name: tenant },
    { displayName: display, signIn: { lockout: `${lockout}m` } },
  ),
  document(
    'Resource',
    { tenant, name: 'api' },
    { identifier: `https://${tenant}.example`, scopes: scopes.map((name) => ({ name })) },
  ),
  ...roles.map((name) => document('Role', { tenant, name }, { permissions: scopes })),
  ...apps.map((each) => applicationOf(tenant, each)),
]

function applicationOf(tenant: string, app: AppPlan): string {
  const isMachine = app.grants === 'machine'
  return document(
    'Application',
    { tenant, name: app.name },
    {
      type: isMachine ? 'machine' : 'web',
      displayName: app.display,
      ...(isMachine ? {} : { redirectUris: app.uris }),
      scopes: app.scopes,
      tokens: { access: { ttl: `${app.ttl}m` } },
      clientAuth: {
        secrets: app.secrets.map((id) => ({ id, value: { fromEnv: `SECRET_${id}` } })),
      },
    },
    app.protect,
  )
}
