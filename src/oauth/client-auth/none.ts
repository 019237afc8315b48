import type { AuthMethod } from './method.ts'

const PROOFS = ['client_secret', 'client_assertion', 'client_assertion_type']

/** A public client says who it is and proves nothing (RFC 6749 §3.2.1). */
export const none: AuthMethod = {
  name: 'none',
  isClientIdAlone: true,
  read(request, params) {
    const isProof = PROOFS.some((name) => params.optional(name) !== undefined)
    const clientIds = params.list('client_id')
    if (isProof || request.header('authorization') !== undefined || clientIds.length === 0)
      return undefined
    return { clientIds, prove: async () => true }
  },
}
