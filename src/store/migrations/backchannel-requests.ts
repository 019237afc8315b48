import type { Migration } from './spelling.ts'

/** Requests of CIBA. What waits is found by person and by application, so both have an index of it. */
export const backchannelRequests: Migration = ({ integer, bytes, ordered }) => [
  `create table backchannel_request (tenant text not null, key ${bytes} not null,
    uid text not null, application_uid text not null, user_uid text not null,
    scopes text not null, resources text not null, binding_message text,
    created_at ${integer} not null, expires_at ${integer} not null,
    poll_interval ${integer} not null, poll_after ${integer} not null, decided_at ${integer},
    decided_from text, decided_with text, authorization_uid text, consumed_at ${integer},
    primary key (tenant, key)) ${ordered}`,
  `create unique index backchannel_request_uid on backchannel_request (tenant, uid)`,
  `create index backchannel_request_of_person
    on backchannel_request (tenant, user_uid, expires_at) where decided_at is null`,
  `create index backchannel_request_of_application
    on backchannel_request (tenant, application_uid, expires_at) where decided_at is null`,
]
