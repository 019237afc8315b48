import { count, flag, instant, oneOf, orNull, record, text } from './form.ts'

export const server = record({
  id: text(),
  host: text(),
  version: text(),
  activeRevision: count('The one it serves.'),
  targetRevision: count('The newest that it knows of.'),
  state: oneOf(
    ['serving', 'failed'],
    'failed: it cannot load the newest, and serves the one before.',
  ),
  error: orNull(text('Why it failed.')),
  lastSeen: instant('When it reported last.'),
  isLive: flag('It reported within 90 seconds.'),
})
