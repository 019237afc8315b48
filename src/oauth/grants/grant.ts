import type { EpochSeconds } from '../../base/time.ts'
import type { GrantType } from '../../model/application.ts'
import type { Authorization } from '../../model/authorization.ts'
import type { User } from '../../model/user.ts'
import type { NewTokens } from '../../store/port.ts'
import type { Client } from '../client-auth/index.ts'
import type { Context } from '../context.ts'
import type { Params } from '../params.ts'

export interface Grant {
  readonly type: GrantType
  /** What it takes beyond the application having it. */
  isOpenTo?(client: Client, now: EpochSeconds): boolean
  /** Looks at what the client holds up. Nothing is used up yet: that happens together with the issuing. */
  redeem(params: Params, client: Client, context: Context): Promise<Proof>
}

/** What a grant proved, and how it is settled once the tokens exist. */
export interface Proof {
  /** Whom the tokens are about; `undefined` for the client itself. */
  readonly owner: Owner | undefined
  readonly scopes: readonly string[]
  /** Identifiers of the resources the access token may be for. More than one is one too many. */
  readonly resources: readonly string[]
  /** Only in the ID token that answers the request it came with. */
  readonly nonce: string | undefined
  /** none: no refresh token now. new: a family may begin. Else it goes on, and ends when it has to. */
  readonly family: 'none' | 'new' | { readonly expiresAt: EpochSeconds }
  /** Uses up what was held up and stores what it bought, as one. Answers what goes to the client. */
  settle(bought: NewTokens, response: TokenResponse): Promise<TokenResponse>
}

export interface Owner {
  readonly user: User
  /** What this client's tokens call them. */
  readonly subject: string
  readonly authorization: Authorization
}

/** RFC 6749 §5.1, OpenID Connect Core §3.1.3.3. */
export type TokenResponse = {
  readonly access_token: string
  readonly token_type: 'Bearer'
  readonly expires_in: number
  readonly refresh_token?: string
  readonly id_token?: string
  readonly scope?: string
}
