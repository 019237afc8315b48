/** People's accounts: made, stopped, unlocked, and proved by a password. Knows no page and no protocol. */
export {
  type AccountWorld,
  createAccount,
  disableAccount,
  enableAccount,
  type NewAccount,
  setPassword,
} from './account.ts'
export { type Attempt, signIn } from './sign-in.ts'
