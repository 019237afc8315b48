import { FieldError } from '../config/field-error.ts'
import { Refusal, type RefusalReason } from '../deploy/refusal.ts'
import { MasterKeyError } from '../oauth/keys/ring.ts'
import { SignerError } from '../oauth/keys/vault.ts'
import { StoreError } from '../store/port.ts'
import { EXIT, type ExitCode, Failure } from './exit.ts'
import { wrongMasterKey } from './master-key.ts'

type Answer = readonly [exit: ExitCode, next: string]

const REFUSED: Readonly<Record<RefusalReason, Answer>> = {
  stale: [EXIT.stale, 'tokenidp plan, look at it again, then tokenidp apply'],
  newer: [EXIT.database, 'install the version of tokenidp that applied it, or a later one'],
  environment: [EXIT.refused, 'choose the right environment with -e, or another --database-url'],
  owned: [
    EXIT.refused,
    'give the object another name, or take it over: tokenidp adopt <address>, or kind: Refactor with spec: { adopt: [{ ref: <address> }] }',
  ],
  'name-taken': [EXIT.refused, 'give the user another name, or remove the other one'],
  'name-reused': [
    EXIT.refused,
    'give the one that has the name now another one, or remove it; apply that, then roll back',
  ],
  frozen: [EXIT.refused, 'keep its clientId, or declare another application under a new name'],
  protected: [
    EXIT.refused,
    'put it back with lifecycle: { protect: false }, apply that, and then remove it',
  ],
  conflict: [
    EXIT.refused,
    'tokenidp plan shows both changes; put the documents in force with --on-drift revert',
  ],
  drift: [
    EXIT.refused,
    'tokenidp drift shows it; put the documents in force with --on-drift revert, or leave it with --on-drift keep',
  ],
  risk: [EXIT.refused, 'raise spec.guards.maxRisk of the project if it is meant'],
  'master-key': [
    EXIT.machine,
    'set TOKENIDP_MASTER_KEY to the key whose id it names: the one that servers have',
  ],
  guard: [
    EXIT.refused,
    'if all of these are meant: tokenidp apply --prune --max-deletes <how many>',
  ],
  'secret-unknown': [EXIT.invalid, 'apply where the values are, from the documents'],
  'source-broken': [
    EXIT.failed,
    'tokenidp history shows others; or check out the commit and tokenidp apply',
  ],
  'no-place-for-secrets': [EXIT.usage, 'tokenidp apply --secrets-out file:secrets.json'],
  'no-plan': [EXIT.usage, 'tokenidp plan --out plan.json writes one'],
  'unknown-format': [EXIT.usage, 'apply it with the version of tokenidp that saved it'],
  tampered: [EXIT.refused, 'save it again: tokenidp plan --out plan.json'],
  expired: [EXIT.stale, 'save it again: tokenidp plan --out plan.json'],
  orphaned: [
    EXIT.refused,
    'let them go with it: --target with the name of the tenant, or --prune; what is not of this project goes first',
  ],
  unsigned: [
    EXIT.refused,
    'tokenidp plan --out plan.json with TOKENIDP_PLAN_SIGNING_KEY_FILE, then tokenidp apply plan.json',
  ],
  'bad-signature': [
    EXIT.refused,
    'sign with a key whose public part is in spec.signedPlans.keys of the project, as it is applied',
  ],
  relaxing: [
    EXIT.refused,
    'override what it may do less, or say that it is meant with --allow-relaxing',
  ],
  override: [
    EXIT.refused,
    'tokenidp override list, then tokenidp override clear what is in the way',
  ],
  incomplete: [
    EXIT.refused,
    'leave out --target, or name with it what it needs as well: nothing was changed',
  ],
  'not-converged': [EXIT.failed, 'report this with that file: nothing was changed'],
}

const STORE: Readonly<Record<StoreError['reason'], Answer>> = {
  unreachable: [EXIT.database, 'check that the database runs and --database-url names it'],
  busy: [EXIT.stale, 'try again, or wait longer with --lock-timeout'],
  'schema-missing': [EXIT.database, 'tokenidp db migrate'],
  'schema-older': [EXIT.database, 'tokenidp db migrate'],
  'schema-newer': [EXIT.database, 'install the version of tokenidp that the database was made by'],
  damaged: [EXIT.database, 'restore it from a backup'],
}

/** What whoever called us is told about whatever was thrown. No stack trace unless asked for. */
export function failureOf(thrown: unknown, isVerbose: boolean): Failure {
  if (thrown instanceof Failure) return thrown
  if (thrown instanceof FieldError) return new Failure(EXIT.usage, thrown.message, thrown.hint)
  if (thrown instanceof Refusal) return failure(REFUSED[thrown.reason], thrown, isVerbose)
  if (thrown instanceof StoreError) return storeFailure(thrown, isVerbose)
  if (thrown instanceof MasterKeyError) return wrongMasterKey(`key ${thrown.kid} is`, thrown)
  if (thrown instanceof SignerError)
    return new Failure(EXIT.failed, thrown.message, 'start the signer that TOKENIDP_SIGNER names')
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  return failure([EXIT.failed, 'run it again with -v for details'], error, isVerbose)
}

function storeFailure(error: StoreError, isVerbose: boolean): Failure {
  const [exit, next] = STORE[error.reason]
  const message = isVerbose ? (error.stack ?? error.message) : error.what
  return new Failure(exit, message, error.next ?? next)
}

const failure = ([exit, next]: Answer, error: Error, isVerbose: boolean): Failure =>
  new Failure(exit, isVerbose ? (error.stack ?? error.message) : error.message, next)
