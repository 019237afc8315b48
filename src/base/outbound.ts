/** The only way out: whatever is fetched from, or sent to, an address that somebody else wrote down. */
export interface Outbound {
  /** Throws `OutboundError`. Any status is an answer, a redirect too: nobody follows it. */
  send(request: OutboundRequest): Promise<OutboundResponse>
}

/** Each has a budget of its own, so that many of one kind hold up none of another. */
export type OutboundPurpose = 'client-keys' | 'backchannel-logout' | 'ciba-ping' | 'ciba-notice'

export interface OutboundRequest {
  /** Whose budget pays for it, and which. */
  readonly tenantUid: string
  readonly purpose: OutboundPurpose
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface OutboundResponse {
  readonly status: number
  /** By lower-case name; several of one name joined by commas. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type OutboundReason =
  /** The URL or the address behind it may not be called. */
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'too_large'
  /** The tenant has sent too much for this purpose lately. */
  | 'budget'

/** The reason may be told; message and cause speak of our network and are for the log. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError'
  readonly reason: OutboundReason

  constructor(reason: OutboundReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}
