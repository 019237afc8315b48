import { IncomingMessage, ServerResponse } from 'node:http'
import express, { type Express } from 'express'

/**
 * Express gives every request and response its own prototype, which costs more than the rest of it.
 * These classes are born with what it would set, so that setting it changes nothing. Should an update
 * of Express not fit, `bornIn` is undefined and the application runs as Express ships it.
 */
export interface Born {
  readonly IncomingMessage: typeof IncomingMessage
  readonly ServerResponse: typeof ServerResponse
}

export function bareExpress(): { readonly app: Express; readonly bornIn: Born | undefined } {
  const app = express()
  app.disable('x-powered-by').disable('etag').set('query parser', false)
  class BornRequest extends IncomingMessage {}
  class BornResponse<R extends IncomingMessage> extends ServerResponse<R> {}
  const fits =
    adopt(BornRequest.prototype, app.request, express.request) &&
    adopt(BornResponse.prototype, app.response, express.response)
  if (!fits) return { app, bornIn: undefined }
  // Each holds what Express put there; the types do not know that a class may carry it.
  app.request = BornRequest.prototype as unknown as typeof app.request
  app.response = BornResponse.prototype as unknown as typeof app.response
  return { app, bornIn: { IncomingMessage: BornRequest, ServerResponse: BornResponse } }
}

/** Copies what Express's prototype chain holds, provided it is as short as we know it. */
function adopt(target: object, own: object, shared: object): boolean {
  if (Object.getPrototypeOf(own) !== shared) return false
  if (Object.getPrototypeOf(shared) !== Object.getPrototypeOf(target)) return false
  for (const source of [shared, own])
    Object.defineProperties(target, Object.getOwnPropertyDescriptors(source))
  return true
}
