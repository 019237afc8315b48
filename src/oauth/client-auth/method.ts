import type { ClientAuthMethod } from '../../model/application.ts'
import type { Request } from '../exchange.ts'
import type { Params } from '../params.ts'

export interface AuthMethod {
  readonly name: ClientAuthMethod
  /** What the request presents in this way, or `undefined` when it does not use it. */
  read(request: Request, params: Params): Credentials | undefined
}

/** Each in the readings that its encoding allows, the likeliest first. */
export interface Credentials {
  readonly clientIds: readonly string[]
  readonly secrets: readonly string[]
}
