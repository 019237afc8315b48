import { instant, list, oneOf, optional, orNull, printed, record, text } from './form.ts'

const apiToken = record({
  id: text('Names it; it is not the token.'),
  name: orNull(text('What it is for.')),
  application: text('Whose it is; a uid where it is gone.'),
  resource: text('The identifier of the resource it is for.'),
  scopes: list(text(), 'As it was made.'),
  state: oneOf(
    ['active', 'suspended', 'revoked', 'expired'],
    'suspended: its application is disabled or gone, or may have none of its scopes any more.',
  ),
  createdAt: instant('When it was made.'),
  createdBy: text('Who made it.'),
  expiresAt: instant('When it ends by itself.'),
  revokedAt: orNull(instant('When it was ended.')),
})

export const ApiToken = printed(
  'ApiToken',
  'One API token, made or revoked (tokenidp api-tokens create, revoke).',
  {
    tenant: text(),
    apiToken,
    token: optional(text('The secret itself: only when it is made, and here only.')),
  },
)

export const ApiTokens = printed(
  'ApiTokens',
  'The API tokens of a tenant (tokenidp api-tokens list).',
  { tenant: text(), apiTokens: list(apiToken, 'The newest first.') },
)
