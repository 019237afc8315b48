/** A project whose plans may travel: no literal secret, for those stay where they are written. */
import { aProject, worker } from './documents.ts'

export const fromEnv = worker('{ fromEnv: WORKER_SECRET }')

export const portable = (files: Record<string, string> = {}) =>
  aProject({ 'alice.yaml': '', 'worker.yaml': fromEnv, ...files })
