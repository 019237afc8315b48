import type { DesiredState, SecretSource } from '../../config/desired-state.ts'
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
  const place = { variables, root }
  const [sops, exec] = await Promise.all([openedFiles(sources, place), printed(sources, place)])
  return {
    readEnv: (name) => variables[name],
    readFile: (path) => readSecretFile(root, path),
    fetched: (source) => (source.from === 'sops' ? sops(source) : exec(source)),
  }
}

interface Place {
  readonly variables: World['variables']
  readonly root: string
}

type Lookup<From extends FetchedSource['from']> = (
  source: Extract<FetchedSource, { readonly from: From }>,
) => string | Problem

async function openedFiles(
  sources: readonly SecretSource[],
  { variables, root }: Place,
): Promise<Lookup<'sops'>> {
  const files = new Set(sources.flatMap((each) => (each.from === 'sops' ? [each.file] : [])))
  if (files.size === 0) return nowhere
  const { sopsFile } = await import('../../config/sops/index.ts')
  const { identities, trouble } = ageKeys(variables)
  const byFile = new Map(
    await Promise.all(
      [...files].map(async (file) => [file, await sopsFile(root, file, identities)] as const),
    ),
  )
  return (source) => {
    const found = byFile.get(source.file)?.(source.path) ?? nowhere()
    const [first] = trouble
    return typeof found === 'string' || found.code !== 'TIDP1311' || first === undefined
      ? found
      : { ...found, message: `${found.message}: ${first}` }
  }
}

async function printed(sources: readonly SecretSource[], place: Place): Promise<Lookup<'exec'>> {
  const commands = sources.flatMap((each) => (each.from === 'exec' ? [each.command] : []))
  if (commands.length === 0) return nowhere
  const { keyOf, printedBy } = await import('./exec.ts')
  const found = await printedBy(new Map(commands.map((each) => [keyOf(each), each])), place)
  return ({ command }) => found.get(keyOf(command)) ?? nowhere()
}

/** For what was not among the secrets that were asked for. */
const nowhere = (): Problem => ({
  code: 'TIDP1314',
  message: 'this secret is not looked for here',
  hint: 'tokenidp secrets check looks for every secret',
})
