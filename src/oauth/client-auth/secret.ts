import { digest, equalSecrets } from '../../base/digest.ts'
import type { EpochSeconds } from '../../base/time.ts'
import type { SecretVerifier } from '../../model/application.ts'
import type { Credentials } from './method.ts'
import { noteUse } from './use.ts'

/** Stands in for a client that does not exist, so that its refusal takes the same way. */
const NOBODY: readonly SecretVerifier[] = [
  { id: 'nobody', digest: digest('nobody'), expiresAt: undefined },
]

/** A secret sent as it is, in the readings that its encoding allows. */
export const sentSecret = (
  clientIds: readonly string[],
  secrets: readonly string[],
): Credentials => ({
  clientIds,
  async prove(application, context) {
    const found = provingSecret(secrets, live(application?.secrets ?? [], context.now))
    if (application === undefined || found === undefined) return false
    await noteUse(application, found, context)
    return true
  },
})

const live = (secrets: readonly SecretVerifier[], now: EpochSeconds) => {
  const found = secrets.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now)
  return found.length > 0 ? found : NOBODY
}

/** Looks at every pair, so that its time does not tell which one matched. */
function provingSecret(
  secrets: readonly string[],
  verifiers: readonly SecretVerifier[],
): string | undefined {
  const digests = secrets.map(digest)
  const matches = verifiers.flatMap((verifier) =>
    digests.map((presented) => ({
      id: verifier.id,
      isMatch: verifier !== NOBODY[0] && equalSecrets(presented, verifier.digest),
    })),
  )
  return matches.filter(({ isMatch }) => isMatch)[0]?.id
}
