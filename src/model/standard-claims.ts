import { isJsonObject, type Json } from '../base/json.ts'

/** A standard claim's form. `says` ends the sentence "must be …". */
interface Form {
  readonly says: string
  readonly accepts: (value: Json) => boolean
}

const written = (says: string, pattern: RegExp): Form => ({
  says,
  accepts: (value) => typeof value === 'string' && pattern.test(value),
})

const TEXT = written('a text', /\S/)
const FLAG: Form = { says: 'true or false', accepts: (value) => typeof value === 'boolean' }
const ADDRESS = written('a URL, such as https://acme.example/alice', /^https?:\/\/\S+$/)

/** Beyond it the number would be milliseconds. */
const LATEST = 100_000_000_000

const PLACE: ReadonlySet<string> = new Set([
  ...['formatted', 'street_address', 'locality', 'region', 'postal_code', 'country'],
])

/** OpenID Connect Core §5.1 and §5.1.1. */
const FORMS: Readonly<Record<string, Form>> = {
  name: TEXT,
  family_name: TEXT,
  given_name: TEXT,
  middle_name: TEXT,
  nickname: TEXT,
  preferred_username: TEXT,
  profile: ADDRESS,
  picture: ADDRESS,
  website: ADDRESS,
  email: TEXT,
  email_verified: FLAG,
  gender: TEXT,
  birthdate: written(
    'a date, such as 1984-02-29, or a year',
    /^\d{4}(-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))?$/,
  ),
  zoneinfo: written('a time zone, such as Europe/Zurich', /^[A-Za-z][\w+-]*(\/[\w+-]+)*$/),
  locale: written('a language tag, such as de-CH', /^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$/),
  phone_number: TEXT,
  phone_number_verified: FLAG,
  address: {
    says: `a map with texts: ${[...PLACE].join(', ')}`,
    accepts: (value) =>
      isJsonObject(value) &&
      Object.entries(value).every(([name, member]) => !PLACE.has(name) || TEXT.accepts(member)),
  },
  updated_at: {
    says: 'a number of seconds since 1970',
    accepts: (value) => typeof value === 'number' && value >= 0 && value < LATEST,
  },
}

/** What the claim must be, unless it is; `undefined` too where the name is not a standard one. */
export function standardFormBroken(name: string, value: Json): string | undefined {
  const form = Object.hasOwn(FORMS, name) ? FORMS[name] : undefined
  return form === undefined || form.accepts(value) ? undefined : form.says
}
