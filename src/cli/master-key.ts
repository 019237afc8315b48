import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Random, randomToken } from '../base/random.ts'
import { type SealingKey, sealingKey } from '../base/seal.ts'
import { type Variables, variable } from './environment.ts'
import { EXIT, Failure } from './exit.ts'

const HOW_TO_MAKE = 'export TOKENIDP_MASTER_KEY="$(openssl rand -base64 32)", and keep it for life'

/** The key that seals what must be read back, from where the operator put it. */
export function masterKey(variables: Variables, sealed = 'the signing keys'): SealingKey {
  const given = givenKey(variables)
  if (given === undefined)
    throw new Failure(
      EXIT.machine,
      `there is no master key: ${sealed} are sealed under it`,
      HOW_TO_MAKE,
    )
  return parsed(given.text, given.from)
}

/** The same where it may be absent. */
export function givenMasterKey(variables: Variables): SealingKey | undefined {
  const given = givenKey(variables)
  return given && parsed(given.text, given.from)
}

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
  const given = givenKey(variables)
  if (given !== undefined) return parsed(given.text, given.from)
  const path = localKeyFile(directory)
  try {
    // Of two that start at once, the second one reads what the first one wrote.
    writeFileSync(path, `${randomToken(random)}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error
  }
  return parsed(readFileSync(path, 'utf8'), path)
}

function givenKey(variables: Variables): { text: string; from: string } | undefined {
  const text = variable(variables, 'TOKENIDP_MASTER_KEY')
  const path = variable(variables, 'TOKENIDP_MASTER_KEY_FILE')
  if (text !== undefined && path !== undefined)
    throw new Failure(
      EXIT.usage,
      'TOKENIDP_MASTER_KEY and TOKENIDP_MASTER_KEY_FILE are both set',
      'unset one of them',
    )
  if (text !== undefined) return { text, from: 'TOKENIDP_MASTER_KEY' }
  if (path === undefined) return undefined
  return { text: readKeyFile(path), from: path }
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Failure(EXIT.machine, `the master key cannot be read: ${why}`, HOW_TO_MAKE)
  }
}

function parsed(text: string, from: string): SealingKey {
  const key = sealingKey(text)
  if (key !== undefined) return key
  throw new Failure(EXIT.machine, `${from} is not 32 bytes in base64`, HOW_TO_MAKE)
}
