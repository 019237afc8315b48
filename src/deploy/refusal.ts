/** Why a plan cannot be made or applied, although the documents are valid. Nothing has been changed. */
export type RefusalReason =
  /** Somebody else applied meanwhile: plan again. */
  | 'stale'
  /** The database belongs to another environment. */
  | 'environment'
  /** The object belongs to another project, or was made at run time. */
  | 'owner'
  /** The field may not change after creation. */
  | 'frozen'
  /** The object may not be deleted. */
  | 'protected'
  /** New secrets would be generated and there is nowhere to put them. */
  | 'no-place-for-secrets'
  /** The outcome is not what was planned, or a server could not load it: a fault of ours. */
  | 'not-converged'

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly reason: RefusalReason

  constructor(reason: RefusalReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}
