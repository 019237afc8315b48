/** Secrets to look for afterwards, and a project that uses them all. */
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { openStore } from '../../src/store/open.ts'
import { devProject } from './documents.ts'
import { anAgeKey, sopsText } from './sops.ts'
import { testRandom } from './stores.ts'

/** By where it is read from: half of them are in documents or files, half in the environment. */
const OF_EACH = 50

export interface Canaries {
  readonly env: readonly string[]
  readonly file: readonly string[]
  readonly literal: readonly string[]
  readonly sops: readonly string[]
}

export const ageKey = await anAgeKey()

export const aCanary = (): string => `canary${randomBytes(16).toString('hex')}`

const hatch = (): readonly string[] => Array.from({ length: OF_EACH }, aCanary)

export const aFlock = (): Canaries => ({
  env: hatch(),
  file: hatch(),
  literal: hatch(),
  sops: hatch(),
})

export const valuesOf = ({ env, file, literal, sops }: Canaries): readonly string[] => [
  ...env,
  ...file,
  ...literal,
  ...sops,
]

/** An application for each; the last of the literals is somebody's password. */
export async function filesOf(
  { file, literal, sops }: Canaries,
  display: string,
): Promise<Record<string, string>> {
  const [password = '', ...secrets] = literal
  const application = (name: string, value: object | string): string =>
    `${JSON.stringify({
      apiVersion: 'tokenidp.dev/v1',
      kind: 'Application',
      metadata: { tenant: 'acme', name },
      spec: {
        type: 'machine',
        displayName: display,
        clientAuth: { secrets: [{ id: 'first', value }] },
      },
    })}\n`
  const documents = [
    'apiVersion: tokenidp.dev/v1\nkind: Tenant\nmetadata:\n  name: acme\n',
    `apiVersion: tokenidp.dev/v1\nkind: User\nmetadata: { tenant: acme, name: alice }\nspec: { password: ${password} }\n`,
    ...secrets.map((value, index) => application(`literal-${index}`, value)),
    ...file.map((_, index) => application(`file-${index}`, { fromFile: `secret-${index}` })),
    ...sops.map((_, index) =>
      application(`sops-${index}`, { fromSops: `all.enc.json#of.${index}` }),
    ),
    ...file.map((_, index) => application(`env-${index}`, { fromEnv: `CANARY_${index}` })),
  ]
  return {
    ...devProject(),
    'acme.yaml': documents.join('---\n'),
    ...Object.fromEntries(file.map((value, index) => [`secret-${index}`, value])),
    'all.enc.json': await sopsText('all.enc.json', { of: sops }, { for: [ageKey] }),
  }
}

export const variablesOf = ({ env }: Canaries): Record<string, string> => ({
  ...Object.fromEntries(env.map((value, index) => [`CANARY_${index}`, value])),
  SOPS_AGE_KEY: ageKey.identity,
})

/** What was written below a folder. */
export const textsIn = (folder: string, isMeant: (name: string) => boolean): readonly string[] =>
  (existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [])
    .filter((entry) => entry.isFile() && isMeant(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))

/** What revisions keep of the documents. */
export async function sourcesOf(url: string): Promise<string> {
  const store = await openStore(url, { schema: 'require', random: testRandom })
  try {
    const { revision } = await store.config.live()
    const packed = await Promise.all(
      Array.from({ length: revision }, (_, index) => store.config.source(index + 1)),
    )
    return packed.map((bytes) => (bytes ? gunzipSync(bytes).toString('utf8') : '')).join('\n')
  } finally {
    await store.close()
  }
}
