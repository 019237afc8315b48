import type { AuthMethod } from './method.ts'

/** A public client says who it is and proves nothing (RFC 6749 §3.2.1). */
export const none: AuthMethod = {
  name: 'none',
  read(request, params) {
    const usesHeader = request.header('authorization') !== undefined
    const usesForm = params.optional('client_secret') !== undefined
    const clientIds = params.list('client_id')
    return usesHeader || usesForm || clientIds.length === 0 ? undefined : { clientIds, secrets: [] }
  },
}
