import { isJsonObject, type JsonObject } from '../../base/json.ts'
import { SignerError, type Vault } from '../../oauth/keys/vault.ts'
import { asking } from './asking.ts'

const SIGN_MS = 2000
/** A large RSA key takes its time. */
const MAKE_MS = 30_000

/** A process behind a local socket. It is asked in lines of JSON; see config-examples/external-signer. */
export function socketVault(path: string): Vault {
  const ask = asking(path)
  return {
    async make(algorithm, rsaBits) {
      const { publicJwk, key } = await ask({ make: algorithm, rsaBits }, MAKE_MS)
      if (!isJsonObject(publicJwk) || typeof key !== 'string')
        throw new SignerError('the signer made a key and did not tell which')
      return { publicJwk, reference: key }
    },
    signer: (key, algorithm) => ({
      async sign(data) {
        const wanted: JsonObject = { sign: data.toString('base64url'), key, algorithm }
        const { signature } = await ask(wanted, SIGN_MS)
        if (typeof signature !== 'string' || signature === '')
          throw new SignerError('the signer answered without a signature')
        return Buffer.from(signature, 'base64url')
      },
    }),
  }
}
