/** What people call the parts of a test, and of a secret's reference, elsewhere. */
export const TEST_SYNONYMS = {
  app: 'application',
  given: 'when',
  // biome-ignore lint/suspicious/noThenProperty: a table that nobody awaits
  then: 'expect',
  origin: 'corsOrigin',
  grant_type: 'grant',
  authorization: 'authorize',
  push: 'pushed',
  par: 'pushed',
  sign: 'signed',
  params: 'parameters',
  postLogoutUri: ['postLogoutRedirectUri', 'postLogoutRedirectUris'],
  fromCommand: 'fromExec',
  fromEnvironment: 'fromEnv',
  cmd: 'command',
  args: 'command',
} as const satisfies Readonly<Record<string, string | readonly string[]>>
