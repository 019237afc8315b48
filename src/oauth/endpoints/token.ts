import { authenticateClient } from '../client-auth/index.ts'
import { entitle } from '../entitle.ts'
import { json } from '../exchange.ts'
import { grantFor } from '../grants/index.ts'
import { Params } from '../params.ts'
import { issue } from '../tokens/issue.ts'
import type { Endpoint } from './endpoint.ts'

/** RFC 6749 §3.2. */
export const token: Endpoint = {
  paths: ['/token'],
  methods: ['POST'],
  metadata: 'token_endpoint',
  face: 'api',
  isProof: true,
  async handle(request, context) {
    const params = Params.parse(request.form)
    const client = await authenticateClient(request, params, context)
    const grant = grantFor(params.required('grant_type'), client, context.now)
    const proof = await grant.redeem(params, client, context)
    return json(await issue(entitle(proof, client, context), context))
  },
}
