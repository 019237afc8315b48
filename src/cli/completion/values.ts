import { PRODUCT_NAMES } from '../../config/foreign/names.ts'
import { RISKS } from '../../model/risk.ts'
import { schemaNames } from '../schema-names.ts'
import type { Names } from './names.ts'

/** A value that is being typed. */
interface Asked {
  /** Of the flag, with its hyphens, or of the argument. */
  readonly name: string
  /** The command, for an argument. */
  readonly of: string
  readonly choices: readonly string[]
  /** The words before it. */
  readonly operands: readonly string[]
}

type Values = (names: () => Names, asked: Asked) => readonly string[]

const applications: Values = (names, { operands }) => {
  const all = names().objects.filter(({ kind }) => kind === 'Application')
  const tenant = operands[0]
  return all.filter((each) => tenant === undefined || each.tenant === tenant).map(nameOf)
}

const ofKind =
  (kind: string): Values =>
  (names) =>
    names()
      .objects.filter((each) => each.kind === kind)
      .map(nameOf)

const nameOf = ({ name }: { readonly name: string }): string => name

const addresses: Values = (names) =>
  names().objects.map(({ kind, tenant, name }) =>
    tenant === '' ? `${kind}/${name}` : `${kind}/${tenant}/${name}`,
  )

const tenants = ofKind('Tenant')

const these =
  (...words: readonly string[]): Values =>
  () =>
    words

const grave = RISKS.filter((risk) => risk !== 'safe')

/** What can stand where, by the name of a flag or an argument, or by `command argument`. */
const VALUES: Readonly<Record<string, Values>> = {
  '--env': ofKind('Environment'),
  '--tenant': tenants,
  '--app': applications,
  '--explain': addresses,
  '--object': addresses,
  '--target': (names, asked) => [...tenants(names, asked), ...addresses(names, asked)],
  '--fail-on': these(...grave),
  '--max-risk': these(...grave),
  '--on-drift': these('revert', 'fail', 'keep'),
  '--report': these('sarif=', 'junit=', 'github=', 'markdown=', 'html=', 'json='),
  'schema --api-version': these('v1'),
  'upgrade-config --to': these('v1'),
  'graph --format': these('mermaid', 'dot', 'json'),
  tenant: tenants,
  application: applications,
  object: addresses,
  objects: addresses,
  address: addresses,
  'explain what': (names) => names().codes,
  'schema name': () => schemaNames(),
  'import product': these(...PRODUCT_NAMES),
  'completion shell': these('bash', 'zsh', 'fish', 'pwsh'),
}

/** Where no name is known, a file may be meant. */
const FILES =
  /^(paths|plan|directory|folder|source|file|export|--(config|base|head|out|.*-(file|key|cert)))$/

export function valuesOf(asked: Asked, names: () => Names) {
  const { name, of, choices } = asked
  const values = VALUES[`${of} ${name}`] ?? VALUES[name]
  const texts = choices.length > 0 || values === undefined ? choices : values(names, asked)
  return {
    candidates: [...new Set(texts)].toSorted().map((text) => ({ text, meaning: '' })),
    hasFiles: values === undefined && choices.length === 0 && FILES.test(name),
  }
}
