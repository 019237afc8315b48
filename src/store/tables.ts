import type { Kysely } from 'kysely'
import type { AssertionRow } from './rows/assertions.ts'
import type { BackchannelLinkRow, BackchannelRequestRow } from './rows/backchannel-requests.ts'
import type { ConsentRow, InteractionRow, SessionRow } from './rows/browsers.ts'
import type {
  AuditRow,
  InstanceRow,
  MetaRow,
  ObjectRow,
  OverrideRow,
  RevisionRow,
  SecretRow,
} from './rows/configuration.ts'
import type { DeliveryRow } from './rows/deliveries.ts'
import type { DeviceRow, GuessRow } from './rows/devices.ts'
import type { AttemptRow, UserRow } from './rows/people.ts'
import type { PushedRequestRow } from './rows/pushed-requests.ts'
import type {
  AccessTokenRow,
  ApiTokenRow,
  AuthorizationRow,
  CodeRow,
  KeyRow,
  RefreshTokenRow,
} from './rows/tokens.ts'

/** What every repository speaks: the pool, a connection of it, or a transaction on one. */
export type Db = Kysely<Tables>

/** The rows, alike on both engines: integers for instants, text for JSON, bytes for time-ordered keys. */
export interface Tables {
  config_meta: MetaRow
  config_revision: RevisionRow
  config_head: { owner: string; revision_id: number; generation: number }
  config_object: ObjectRow
  secret_verifier: SecretRow
  secret_use: { tenant: string; application_uid: string; secret_id: string; used_at: number }
  override: OverrideRow
  audit_entry: AuditRow
  server_instance: InstanceRow
  purge_turn: { id: number; holder: string; until: number }
  user_account: UserRow
  user_login: { tenant: string; login: string; user_uid: string }
  attempt: AttemptRow
  known_browser: { tenant: string; user_uid: string; digest: string; seen_at: number }
  browser: { tenant: string; uid: string; digest: string; created_at: number }
  session: SessionRow
  session_client: { tenant: string; session_uid: string; application_uid: string; sid: string }
  interaction: InteractionRow
  pushed_request: PushedRequestRow
  consent: ConsentRow
  authorization: AuthorizationRow
  authorization_code: CodeRow
  backchannel_request: BackchannelRequestRow
  backchannel_link: BackchannelLinkRow
  asking_application: { tenant: string; application_uid: string; asked_at: number }
  access_token: AccessTokenRow
  api_token: ApiTokenRow
  refresh_token: RefreshTokenRow
  signing_key: KeyRow
  device: DeviceRow
  guess: GuessRow
  delivery: DeliveryRow
  client_assertion: AssertionRow
  pairwise_subject: { tenant: string; sector: string; user_uid: string; sub: string }
}
