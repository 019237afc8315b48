import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Variables } from '../environment.ts'

/** The keys of age that SOPS would try, from where it looks for them. It would run programs too; we do not. */
export interface AgeKeys {
  readonly identities: readonly string[]
  /** What a variable promises and does not hold. */
  readonly trouble: readonly string[]
}

const IDENTITY = /\bAGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]+\b/g

export function ageKeys(variables: Variables): AgeKeys {
  const { SOPS_AGE_KEY: inline, SOPS_AGE_KEY_FILE: named } = variables
  const found = [
    ...(inline ? [{ text: inline, of: 'SOPS_AGE_KEY' }] : []),
    ...(named ? [{ text: textOf(named), of: `the file of SOPS_AGE_KEY_FILE, ${named},` }] : []),
  ]
  const usual = usualFiles(variables)
    .map(textOf)
    .filter((text) => text !== undefined)
  const identities = [...found.map(({ text }) => text ?? ''), ...usual.slice(0, 1)].flatMap(keysIn)
  return {
    identities: [...new Set(identities)],
    trouble: found.flatMap(({ text, of }) => {
      if (text === undefined) return [`${of} cannot be read`]
      return keysIn(text).length === 0 ? [`${of} holds no age key`] : []
    }),
  }
}

/** Comments of a key file name the public key. */
const keysIn = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .flatMap((line) => line.match(IDENTITY) ?? [])

/** Of Linux, of macOS, of Windows. */
const usualFiles = ({ XDG_CONFIG_HOME, HOME, APPDATA }: Variables): readonly string[] =>
  [
    XDG_CONFIG_HOME || (HOME && join(HOME, '.config')),
    HOME && join(HOME, 'Library', 'Application Support'),
    APPDATA,
  ].flatMap((folder) => (folder ? [join(folder, 'sops', 'age', 'keys.txt')] : []))

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
