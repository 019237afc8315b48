import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Random, randomToken } from '../base/random.ts'
import { DEVELOPMENT, type SealingKey, sealingKey } from '../base/seal.ts'
import { type Variable, type Variables, variable } from './environment.ts'
import { EXIT, Failure } from './exit.ts'
import { HOW_TO_MAKE, PROVIDERS, readKeyFile } from './master-key/providers.ts'

/** The key that seals what must be read back, and those before it, from where the operator put them. */
export function masterKey(variables: Variables, sealed = 'the signing keys'): SealingKey {
  const given = givenMasterKey(variables)
  if (given === undefined)
    throw new Failure(
      EXIT.machine,
      `there is no master key: ${sealed} are sealed under it`,
      HOW_TO_MAKE,
    )
  return given
}

/** The same where it may be absent. */
export function givenMasterKey(variables: Variables): SealingKey | undefined {
  const { provider, value } = chosen(variables) ?? {}
  if (provider === undefined || value === undefined) return undefined
  const from = provider.from(value)
  const [current = '', ...behind] = provider.read(value, variables).trim().split(/\s+/)
  const older = behind.map((text) => parsed(text, from))
  return withOlder(parsed(current, from), [...older, ...oldKeys(variables)])
}

export const isMasterKeyGiven = (variables: Variables): boolean => chosen(variables) !== undefined

/** Something is sealed under a key that is not the one given. Keys are named by their ids. */
export const wrongMasterKey = (
  what: string,
  { needed, given }: { readonly needed: string; readonly given: string },
  next = `set TOKENIDP_MASTER_KEY to the key whose id is ${needed}`,
): Failure =>
  new Failure(
    EXIT.machine,
    `the master key is the wrong one: ${what} sealed under master key ${needed}, and this is ${given}`,
    next,
  )

export const localKeyFile = (directory: string): string => join(directory, 'master.key')

/** For development: made on first use, beside the database it belongs to. */
export function localMasterKey(
  variables: Variables,
  directory: string,
  random: Random,
): SealingKey {
  const given = givenMasterKey(variables)
  if (given !== undefined) return given
  const path = localKeyFile(directory)
  try {
    // Of two that start at once, the second one reads what the first one wrote.
    writeFileSync(path, `${DEVELOPMENT}${randomToken(random)}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error
  }
  return withOlder(parsed(readFileSync(path, 'utf8'), path), oldKeys(variables))
}

function chosen(variables: Variables) {
  const given = PROVIDERS.flatMap((provider) => {
    const value = variable(variables, provider.variable)
    return value === undefined ? [] : [{ provider, value }]
  })
  const [first, second] = given
  if (first !== undefined && second !== undefined)
    throw bothSet(first.provider.variable, second.provider.variable)
  return first
}

function oldKeys(variables: Variables): readonly SealingKey[] {
  const text = variable(variables, 'TOKENIDP_MASTER_KEYS_OLD')
  const path = variable(variables, 'TOKENIDP_MASTER_KEYS_OLD_FILE')
  if (text !== undefined && path !== undefined)
    throw bothSet('TOKENIDP_MASTER_KEYS_OLD', 'TOKENIDP_MASTER_KEYS_OLD_FILE')
  const from = path ?? 'TOKENIDP_MASTER_KEYS_OLD'
  const keys = path === undefined ? (text ?? '') : readKeyFile(path)
  return keys
    .split(/\s+/)
    .filter((each) => each !== '')
    .map((each) => parsed(each, `a key of ${from}`))
}

const withOlder = (key: SealingKey, older: readonly SealingKey[]): SealingKey =>
  older.length === 0 ? key : { ...key, older }

const bothSet = (one: Variable, other: Variable): Failure =>
  new Failure(EXIT.usage, `${one} and ${other} are both set`, 'unset one of them')

function parsed(text: string, from: string): SealingKey {
  const key = sealingKey(text)
  if (key !== undefined) return key
  throw new Failure(EXIT.machine, `${from} is not 32 bytes in base64`, HOW_TO_MAKE)
}
