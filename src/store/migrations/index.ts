import { apiTokens } from './api-tokens.ts'
import { approvalLinks } from './approval-links.ts'
import { askingApplications } from './asking-applications.ts'
import { backchannelRequests } from './backchannel-requests.ts'
import { chosenSession } from './chosen-session.ts'
import { clientAssertions } from './client-assertions.ts'
import { deliveries } from './deliveries.ts'
import { devices } from './devices.ts'
import { initial } from './initial.ts'
import { issuedSecrets } from './issued-secrets.ts'
import { keyLines } from './key-lines.ts'
import { pairwiseSubjects } from './pairwise-subjects.ts'
import { pings } from './pings.ts'
import { purge } from './purge.ts'
import { pushedRequests } from './pushed-requests.ts'
import { reconciliation } from './reconciliation.ts'
import { relaxingOverrides } from './relaxing-overrides.ts'
import { requestedClaims } from './requested-claims.ts'
import { sessionWords } from './session-words.ts'
import type { Migration } from './spelling.ts'
import { userCodes } from './user-codes.ts'
import { userGroups } from './user-groups.ts'

/** Applied in this order, never edited once released. The schema's version is how many were applied. */
export const migrations: readonly Migration[] = [
  initial,
  devices,
  deliveries,
  requestedClaims,
  chosenSession,
  backchannelRequests,
  pushedRequests,
  pings,
  clientAssertions,
  sessionWords,
  pairwiseSubjects,
  approvalLinks,
  askingApplications,
  userCodes,
  userGroups,
  reconciliation,
  relaxingOverrides,
  keyLines,
  apiTokens,
  issuedSecrets,
  purge,
]
