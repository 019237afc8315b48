import type { Application, ClientAuthMethod } from '../../model/application.ts'
import type { Context } from '../context.ts'
import type { Request } from '../exchange.ts'
import type { Params } from '../params.ts'

export interface AuthMethod {
  readonly name: ClientAuthMethod
  /** It shows in the form as a client_id and nothing else: the registration tells which one is meant. */
  readonly isClientIdAlone?: true
  /** Works only where certificates of clients reach us. */
  readonly needsCertificate?: true
  /** What the request presents in this way, or `undefined` when it does not use it. */
  read(request: Request, params: Params): Credentials | undefined
}

export interface Credentials {
  /** Whose they say they are, in the readings that their encoding allows, the likeliest first. */
  readonly clientIds: readonly string[]
  /** Whether they are this application's. One that does not exist is refused in the same way. */
  prove(application: Application | undefined, context: Context): Promise<boolean>
}
