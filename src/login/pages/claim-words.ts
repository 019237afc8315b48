/** Standard claims (OpenID Connect Core §5.1) in the words of a person. Two may share them. */
const WORDS: Readonly<Record<string, string>> = {
  name: 'Your name',
  family_name: 'Your family name',
  given_name: 'Your given name',
  middle_name: 'Your middle name',
  nickname: 'Your nickname',
  preferred_username: 'Your username',
  profile: 'The address of your profile page',
  picture: 'Your picture',
  website: 'Your website',
  gender: 'Your gender',
  birthdate: 'Your date of birth',
  zoneinfo: 'Your time zone',
  locale: 'Your language',
  updated_at: 'When your profile last changed',
  email: 'Your e-mail address',
  email_verified: 'Whether your e-mail address is confirmed',
  address: 'Your postal address',
  phone_number: 'Your telephone number',
  phone_number_verified: 'Whether your telephone number is confirmed',
  roles: 'Your roles',
  groups: 'Your groups',
}

/** What these claims say; one of the tenant's own is called by its name. */
export const wordsFor = (names: readonly string[]): readonly string[] =>
  names.map((name) => (Object.hasOwn(WORDS, name) ? WORDS[name] : undefined) ?? name)
