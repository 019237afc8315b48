import type { Dice } from './dice.ts'

export const mapper = (throws: Dice, name: string) => ({
  id: `m-${throws.number(1e6)}`,
  name,
  protocol: 'openid-connect',
  protocolMapper: throws.one([
    'oidc-usermodel-attribute-mapper',
    'oidc-hardcoded-claim-mapper',
    'oidc-audience-mapper',
    'oidc-group-membership-mapper',
    'oidc-usermodel-realm-role-mapper',
    'oidc-script-based-protocol-mapper',
  ]),
  consentRequired: false,
  config: {
    'claim.name': throws.one([
      'tier',
      'department',
      'realm_access.roles',
      'sub',
      'groups',
      'email',
      'picture',
    ]),
    'claim.value': throws.one(['gold', 'true', '7', 'x']),
    'user.attribute': throws.one(['tier', 'department', 'bad name']),
    'jsonType.label': throws.one(['String', 'boolean', 'int', 'JSON']),
    'included.custom.audience': 'https://api.example',
    'id.token.claim': String(throws.flag()),
    'access.token.claim': String(throws.flag()),
    'userinfo.token.claim': String(throws.flag()),
    'introspection.token.claim': 'true',
    multivalued: String(throws.flag(0.2)),
  },
})

export const clientScope = (throws: Dice, name: string) => ({
  id: `s-${name}`,
  name,
  description: throws.one(['', `What ${name} is for`, '$' + '{scopeText}']),
  protocol: name === 'role_list' ? 'saml' : 'openid-connect',
  attributes: {
    'include.in.token.scope': 'true',
    'display.on.consent.screen': 'true',
    'consent.screen.text': throws.one(['', 'See it', '$' + '{consent}']),
  },
  protocolMappers: [
    {
      id: `sm-${name}`,
      name: 'tier',
      protocol: 'openid-connect',
      protocolMapper: 'oidc-usermodel-attribute-mapper',
      consentRequired: false,
      config: {
        'user.attribute': 'tier',
        'claim.name': 'tier',
        'userinfo.token.claim': String(throws.flag()),
        'jsonType.label': 'String',
      },
    },
  ],
})
