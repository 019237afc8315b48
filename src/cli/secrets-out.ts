import { existsSync, unlinkSync } from 'node:fs'
import { resolve } from 'node:path'
import type { GeneratedSecret } from '../deploy/apply/applying.ts'
import { EXIT, Failure } from './exit.ts'
import { tool } from './tool.ts'
import { writeDurably } from './write-durably.ts'

/** Where a command leaves the secrets it makes: told once, here, and nowhere else. */
export interface SecretsOut {
  readonly path: string
  /** Durable when it returns. Synchronous, because it happens inside the transaction. */
  keep(generated: readonly GeneratedSecret[]): void
  /** The transaction failed: they were never valid. */
  forget(): void
}

export function secretsOut(target: string, directory: string, flag = '--secrets-out'): SecretsOut {
  const [, written] = /^file:(.+)$/.exec(target) ?? []
  if (written === undefined)
    throw new Failure(
      EXIT.usage,
      `${flag} takes file:<path>, not "${target}"`,
      `write for instance ${flag} file:secrets.json`,
    )
  const path = resolve(directory, written)
  if (existsSync(path))
    throw new Failure(
      EXIT.usage,
      `${path} exists, and may hold secrets that are nowhere else`,
      `move it away, or name another file in ${flag}`,
    )
  let isWritten = false
  return {
    path,
    keep(generated) {
      writeDurably(path, secretsDocument(generated))
      isWritten = true
    },
    forget() {
      if (isWritten) unlinkSync(path)
      isWritten = false
    },
  }
}

const secretsDocument = (secrets: readonly GeneratedSecret[]): string =>
  `${JSON.stringify({ formatVersion: '1.0', kind: 'GeneratedSecrets', tool, secrets }, null, 2)}\n`
