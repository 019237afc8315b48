/**
 * The authorization request: what it may ask, what it still needs, how it is answered. Owns no page and
 * no session; `login` walks the person through what `decide` says.
 */
export { type Decision, decide } from './decide.ts'
export { allowedIn, authorizationFor, codeFor } from './grant.ts'
export {
  checkPresentation,
  checkSignature,
  type Presented,
  PUSHED,
  presented,
} from './presented.ts'
export {
  type AuthorizationRequest,
  grantableScopes,
  type Identified,
  identify,
  storedRequest,
  unhinted,
  validate,
} from './request.ts'
export { signedParams } from './request-object.ts'
export { addressWith, codeAnswer, errorAnswer, type Target } from './respond.ts'
