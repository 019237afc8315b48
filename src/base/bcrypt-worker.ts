import { compareSync, hashSync } from 'bcryptjs'

export type BcryptTask =
  | { readonly password: string; readonly stored: string }
  | { readonly password: string; readonly cost: number }

const bcrypt = (task: BcryptTask): string | boolean =>
  'stored' in task ? compareSync(task.password, task.stored) : hashSync(task.password, task.cost)

// A worker's pool calls the default export of its file.
// biome-ignore lint/style/noDefaultExport: see above
export default bcrypt
