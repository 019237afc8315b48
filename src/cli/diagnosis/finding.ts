/** One thing that was looked at. */
export interface Finding {
  readonly check: string
  /** unknown: it could not be found out. */
  readonly outcome: 'good' | 'bad' | 'unknown'
  readonly message: string
  readonly next?: string
}

export const good = (check: string, message: string): Finding => ({
  check,
  outcome: 'good',
  message,
})

export const bad = (check: string, message: string, next?: string): Finding => ({
  check,
  outcome: 'bad',
  message,
  ...(next === undefined ? {} : { next }),
})

export const unknown = (check: string, message: string): Finding => ({
  check,
  outcome: 'unknown',
  message,
})

export const isBad = ({ outcome }: Finding): boolean => outcome === 'bad'

/** What a token is, whose, and what is to be said about it. */
export interface Diagnosis {
  readonly form: 'jwt' | 'opaque' | 'encrypted' | 'unknown'
  readonly use: string | null
  readonly tenant: string | null
  readonly application: string | null
  readonly user: string | null
  readonly findings: readonly Finding[]
}

export const OF_NOBODY = { use: null, tenant: null, application: null, user: null } as const
