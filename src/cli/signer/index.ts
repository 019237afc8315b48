import type { Vault } from '../../oauth/keys/vault.ts'
import { type Variables, variable } from '../environment.ts'
import { EXIT, Failure } from '../exit.ts'
import { socketVault } from './socket.ts'

/** Where private keys are, if not sealed in the database. Another kind of vault has its line here. */
export function givenVault(variables: Variables): Vault | undefined {
  const given = variable(variables, 'TOKENIDP_SIGNER')
  if (given === undefined) return undefined
  const [, path] = /^unix:(\/.+)$/.exec(given) ?? []
  if (path !== undefined) return socketVault(path)
  throw new Failure(
    EXIT.usage,
    'TOKENIDP_SIGNER does not say where the signer is',
    'name its socket: TOKENIDP_SIGNER=unix:/run/tokenidp/signer.sock',
  )
}
