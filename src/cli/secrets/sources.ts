import type { DesiredState, SecretSource } from '../../config/desired-state.ts'
import type { Loaded } from '../../config/load.ts'
import type { FetchedSource, Problem, SecretSources } from '../../config/secrets.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { ageKeys } from './age-keys.ts'

/** Where the values behind references are looked up. What takes its time is fetched here, once for all who refer to it. */
export async function secretSources(
  { world: { variables }, interruption }: Pick<Invocation, 'world' | 'interruption'>,
  { desired, root, sopsFiles }: References,
): Promise<SecretSources> {
  const { readSecretFile } = await import('../../config/index.ts')
  const sources = sourcesIn(desired)
  const place = { variables, root, sopsFiles, onEarlyEnd: interruption.onEarlyEnd }
  const [sops, exec] = await Promise.all([openedFiles(sources, place), printed(sources, place)])
  return {
    readEnv: (name) => variables[name],
    readFile: (path) => readSecretFile(root, path),
    fetched: (source) => (source.from === 'sops' ? sops(source) : exec(source)),
  }
}

/** What refers to secrets, and where the files are that it names. */
export interface References {
  readonly desired: Pick<DesiredState, 'objects'>
  readonly root: string
  /** Those that came along with a saved plan. */
  readonly sopsFiles?: Readonly<Record<string, string>>
}

interface Place {
  readonly variables: Invocation['world']['variables']
  readonly root: string
  readonly onEarlyEnd: Invocation['interruption']['onEarlyEnd']
  readonly sopsFiles: References['sopsFiles']
}

const sourcesIn = ({ objects }: References['desired']): readonly SecretSource[] =>
  objects.flatMap(({ secrets }) => secrets.map(({ source }) => source))

const sopsFilesIn = (sources: readonly SecretSource[]): ReadonlySet<string> =>
  new Set(sources.flatMap((each) => (each.from === 'sops' ? [each.file] : [])))

/** For a plan that is applied elsewhere; nothing where it refers to none. They stay encrypted. */
export async function sopsTexts({
  desired,
  root,
}: References): Promise<References['sopsFiles'] | undefined> {
  const files = [...sopsFilesIn(sourcesIn(desired))]
  if (files.length === 0) return undefined
  const { encryptedText, loadSops } = await import('../../config/sops/index.ts')
  return Object.fromEntries(
    [...loadSops(root, files)].map(([file, loaded]) => {
      const text = encryptedText(loaded)
      if (text === undefined) throw notTaken(file, loaded.diagnostics)
      return [file, text]
    }),
  )
}

function notTaken(file: string, diagnostics: Loaded['diagnostics']): Failure {
  const large = diagnostics.find(({ code }) => code === 'TIDP0012')
  return new Failure(
    EXIT.invalid,
    large?.message ?? `${file} is not a file that SOPS encrypted, and does not travel in a plan`,
    large?.hint ?? 'encrypt it with sops encrypt, or name another in fromSops',
  )
}

type Lookup<From extends FetchedSource['from']> = (
  source: Extract<FetchedSource, { readonly from: From }>,
) => string | Problem

async function openedFiles(
  sources: readonly SecretSource[],
  { variables, root, sopsFiles }: Place,
): Promise<Lookup<'sops'>> {
  const files = sopsFilesIn(sources)
  if (files.size === 0) return nowhere
  const { loadSops, sopsFile } = await import('../../config/sops/index.ts')
  const { identities, trouble } = ageKeys(variables)
  const byFile = new Map<string, Awaited<ReturnType<typeof sopsFile>>>()
  // One after the other: what it takes to parse one is not taken for all of them at once.
  for (const [file, loaded] of loadSops(root, files, sopsFiles))
    byFile.set(file, await sopsFile(loaded, identities))
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
