/** People's accounts: made, stopped, unlocked, and proved by a password. Knows no page and no protocol. */
export {
  type AccountWorld,
  createAccount,
  disableAccount,
  enableAccount,
  setCibaUserCode,
  setPassword,
} from './account.ts'
export { signIn } from './sign-in.ts'
export { proveUserCode } from './user-code.ts'
