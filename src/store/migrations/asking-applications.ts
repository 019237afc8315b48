import type { Migration } from './spelling.ts'

/** A row for each application that asks people by CIBA, by which its requests wait for each other. */
export const askingApplications: Migration = ({ integer, table }) => [
  `create table asking_application (tenant text not null, application_uid text not null,
    asked_at ${integer} not null, primary key (tenant, application_uid)) ${table}`,
]
