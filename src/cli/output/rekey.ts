import { count, flag, list, printed, record, text } from './form.ts'

const underEach = (description: string) =>
  list(record({ masterKey: text('Its id.'), values: count('Keys and secrets.') }), description)

export const Rekey = printed('Rekey', 'What was sealed again (tokenidp secrets rekey).', {
  isDryRun: flag('It was only looked for.'),
  masterKey: text('The id of the one that seals.'),
  signingKeys: count('Of all tenants, that were sealed again or would be.'),
  clientSecrets: count('Likewise.'),
  left: underEach('Still sealed under an old key.'),
  unreadable: underEach('Sealed under a key that was not given.'),
  removable: list(text(), 'The ids of old keys under which nothing is left.'),
})
