// Holds the signing keys of tokenidp in a process of its own, behind a socket:
//   node signer.mjs <folder for the keys> <socket>
// One question a line, one answer a line, in any order:
//   {"id":1,"make":"ES256","rsaBits":2048}             -> {"id":1,"key":"…","publicJwk":{…}}
//   {"id":2,"sign":"<base64url>","key":"…","algorithm":"ES256"} -> {"id":2,"signature":"<base64url>"}
//   whatever goes wrong                                -> {"id":3,"error":"…"}
// An HSM or a KMS takes the place of make() and sign().
import { constants, createPrivateKey, generateKeyPairSync, randomUUID, sign as signWith } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const [folder, socket] = process.argv.slice(2)
process.umask(0o077)
mkdirSync(folder, { recursive: true })
rmSync(socket, { force: true })

const MAKE = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: (modulusLength) => generateKeyPairSync('rsa', { modulusLength }),
  PS256: (modulusLength) => generateKeyPairSync('rsa', { modulusLength }),
  EdDSA: () => generateKeyPairSync('ed25519'),
}

const SIGN = {
  ES256: ['sha256', { dsaEncoding: 'ieee-p1363' }],
  RS256: ['sha256', {}],
  PS256: ['sha256', { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }],
  EdDSA: [null, {}],
}

const opened = new Map()

function make({ make: algorithm, rsaBits }) {
  const { publicKey, privateKey } = MAKE[algorithm](rsaBits)
  const key = `${algorithm}-${randomUUID()}`
  writeFileSync(join(folder, `${key}.pem`), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  return { key, publicJwk: publicKey.export({ format: 'jwk' }) }
}

function sign({ sign: data, key, algorithm }) {
  // A name of ours, so that nobody asks for another file; and one key, one algorithm.
  if (!/^[A-Z][A-Za-z0-9]{4}-[0-9a-f-]{36}$/.test(key)) throw new Error('there is no such key')
  if (!key.startsWith(`${algorithm}-`)) throw new Error('the key is for another algorithm')
  if (!opened.has(key)) opened.set(key, createPrivateKey(readFileSync(join(folder, `${key}.pem`))))
  const [hash, options] = SIGN[algorithm]
  const signature = signWith(hash, Buffer.from(data, 'base64url'), { key: opened.get(key), ...options })
  return { signature: signature.toString('base64url') }
}

function answer(line) {
  let id
  try {
    const question = JSON.parse(line)
    id = question.id
    return { id, ...('make' in question ? make(question) : sign(question)) }
  } catch (error) {
    return { id, error: error.code === 'ENOENT' ? 'there is no such key' : error.message }
  }
}

const server = createServer((connection) => {
  connection.on('error', () => connection.destroy())
  createInterface({ input: connection }).on('line', (line) => {
    connection.write(`${JSON.stringify(answer(line))}\n`)
  })
})
server.listen(socket, () => console.log(`signing at ${socket}`))
