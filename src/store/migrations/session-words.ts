import type { Migration } from './spelling.ts'

/** By what a person recognises a session of theirs: when it was used last, and words for its browser. */
export const sessionWords: Migration = ({ integer }) => [
  `alter table session add column used_at ${integer}`,
  `alter table session add column browser_words text`,
]
