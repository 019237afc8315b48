import type { CibaNotices } from '../../model/ciba.ts'
import type { SpecReader } from '../spec-reader.ts'

const NONE: CibaNotices = { log: 'nothing', webhook: undefined, hasTestHook: false }

/** A link in a log is a secret in a log, and a hook answers for people: both are for development. */
export function compileNotices(
  spec: SpecReader | undefined,
  environment: 'dev' | 'production',
): CibaNotices {
  if (spec === undefined) return NONE
  const hasTestHook = spec.flag('testHook')
  if (hasTestHook && environment !== 'dev')
    throw new Error('ciba.testHook answers for people, and is for environments of kind: dev only')
  const link = environment === 'dev' ? 'link' : 'notice'
  return {
    log: spec.flag('log') ? link : 'nothing',
    webhook: spec.optionalText('webhook'),
    hasTestHook,
  }
}
