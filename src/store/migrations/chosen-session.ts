import type { Migration } from './spelling.ts'

/** Whom the person picked at the account chooser. */
export const chosenSession: Migration = () => [
  `alter table interaction add column chosen_session_uid text`,
]
