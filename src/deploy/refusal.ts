/** Why a plan cannot be made or applied, although the documents are valid. Nothing has been changed. */
export type RefusalReason =
  /** Somebody else applied meanwhile: plan again. */
  | 'stale'
  /** The database belongs to another environment. */
  | 'environment'
  /** Applied by a newer program, in a format that this one cannot read. */
  | 'newer'
  /** The object belongs to another project, or to nobody. */
  | 'owned'
  /** A declared user has the name of a person who is there. */
  | 'name-taken'
  /** Another object has the name by now that one would get back. */
  | 'name-reused'
  /** The field may not change after creation. */
  | 'frozen'
  /** The object may not be deleted. */
  | 'protected'
  /** It was changed both in the documents and behind their back. */
  | 'conflict'
  /** It was changed behind the documents' back, and the project does not put that back. */
  | 'drift'
  /** Its tenant would be gone. */
  | 'orphaned'
  /** What it seals could be opened by no server. */
  | 'master-key'
  /** Graver than the project takes. */
  | 'risk'
  /** More would be deleted than the project takes at once. */
  | 'guard'
  /** A secret has to be stored, and nobody said its value. */
  | 'secret-unknown'
  /** What a revision wanted was kept, and can no longer be read. */
  | 'source-broken'
  /** New secrets would be generated and there is nowhere to put them. */
  | 'no-place-for-secrets'
  /** The file holds no saved plan. */
  | 'no-plan'
  /** It was saved by a later version of the program. */
  | 'unknown-format'
  /** The saved plan is not as it was saved. */
  | 'tampered'
  /** The saved plan is too old. */
  | 'expired'
  /** The project takes signed plans only. */
  | 'unsigned'
  /** The signature of the saved plan is by no key of the project. */
  | 'bad-signature'
  /** An override would allow more than what is applied does, and nobody said that this is meant. */
  | 'relaxing'
  /** With the overrides in force, a server could not load the outcome. */
  | 'override'
  /** Only a part is applied, and a server could not load it without the rest. */
  | 'incomplete'
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
