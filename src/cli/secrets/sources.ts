import type { DesiredState } from '../../config/desired-state.ts'
import type { FetchedSource, Problem, SecretSources } from '../../config/secrets.ts'
import type { World } from '../invocation.ts'
import { ageKeys } from './age-keys.ts'

/** Where the values behind references are looked up. What takes its time is fetched here, once for all who refer to it. */
export async function secretSources(
  { variables }: Pick<World, 'variables'>,
  state: Pick<DesiredState, 'objects'>,
  root: string,
): Promise<SecretSources> {
  const { readSecretFile } = await import('../../config/index.ts')
  const sources = state.objects.flatMap(({ secrets }) => secrets.map(({ source }) => source))
  const files = new Set(sources.flatMap((each) => (each.from === 'sops' ? [each.file] : [])))
  const sops = await openedFiles(variables, root, files)
  return {
    readEnv: (name) => variables[name],
    readFile: (path) => readSecretFile(root, path),
    fetched: (source) => sops(source),
  }
}

type Lookup = (source: FetchedSource) => string | Problem

async function openedFiles(
  variables: World['variables'],
  root: string,
  files: ReadonlySet<string>,
): Promise<Lookup> {
  if (files.size === 0) return nowhere
  const { sopsFile } = await import('../../config/sops/index.ts')
  const { identities, trouble } = ageKeys(variables)
  const opened = await Promise.all(
    [...files].map(async (file) => [file, await sopsFile(root, file, identities)] as const),
  )
  const byFile = new Map(opened)
  return (source) => {
    const found = source.from === 'sops' ? byFile.get(source.file)?.(source.path) : undefined
    if (found === undefined) return nowhere(source)
    const [first] = trouble
    const isOfKeys = typeof found !== 'string' && found.code === 'TIDP1311'
    return isOfKeys && first !== undefined
      ? { ...found, message: `${found.message}: ${first}` }
      : found
  }
}

const nowhere: Lookup = () => ({
  code: 'TIDP1314',
  message: 'this secret is not looked for here',
  hint: 'tokenidp secrets check looks for every secret',
})
