import { Type } from 'typebox'
import { absoluteUri, closed, flag } from '../common.ts'

export const ciba = closed(
  {
    log: Type.Optional(
      flag([
        'Writes to the log of the server that a request waits; in kind: dev with a link that opens it.',
        true,
      ]),
    ),
    webhook: Type.Optional(
      absoluteUri([
        'Where a notice is sent for each request, as a JWT signed with the key of the tenant, over https.',
        'https://push.acme.example/approvals',
      ]),
    ),
    testHook: Type.Optional(
      flag([
        'Lets whoever knows an auth_req_id answer it at /ciba/hook. For conformance tests; kind: dev only.',
        false,
      ]),
    ),
  },
  [
    'How people hear that an application asks for their approval (CIBA), besides the page /ciba.',
    { log: true },
  ],
)
