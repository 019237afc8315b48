import type { Migration } from './spelling.ts'

/** Whether an operator said that an override may allow more than the documents do. */
export const relaxingOverrides: Migration = ({ integer }) => [
  `alter table override add column relaxing ${integer} not null default 0`,
]
