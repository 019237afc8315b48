import { describe, expect, test } from 'vitest'
import { databases } from '../support/databases.ts'
import { aProject } from '../support/documents.ts'
import { aKeyedShop } from '../support/keyed.ts'

const { 'tokenidp.yaml': PROJECT = '', 'acme.yaml': ACME = '' } = aProject()

const FILES = {
  'tokenidp.yaml': `${PROJECT}---
apiVersion: tokenidp.dev/v1
kind: KeyPolicy
metadata: { name: sealed }
spec: { encryption: [ECDH-ES+A256KW] }
`,
  'acme.yaml': ACME.replace('spec:', 'spec:\n  keyPolicy: sealed'),
}

interface Key {
  readonly kid: string
  readonly use: string
  readonly alg: string
  readonly state: string
}

describe.each(databases)('keys for encryption on $engine', ({ newDatabase }) => {
  test('are made by policy, one of each is published, and they turn', async () => {
    const { run, told } = await aKeyedShop(newDatabase, FILES)
    const opening = async (words: string) =>
      ((await told(words)).keys as Key[]).filter(({ use }) => use === 'enc')
    const inState = async (state: string) =>
      (await opening('keys list acme')).find((key) => key.state === state)?.kid ?? ''
    const published = async () => (await opening('keys export acme --public')).map(({ kid }) => kid)
    const [former, standby] = [await inState('active'), await inState('pending')]
    expect(await published()).toEqual([former])
    const turned = await run('keys rotate acme --alg ECDH-ES+A256KW --now')
    expect(turned).toMatchObject({ code: 0, stdout: expect.stringContaining(standby) })
    expect(await published()).toEqual([standby])
    expect(await inState('retiring')).toBe(former)
    const revoked = await run(`keys revoke acme --compromised --end-grants -- ${standby}`)
    expect(revoked.stdout).toMatch(/nothing encrypted for it is opened here/)
    expect(revoked.stdout).toMatch(/opens ECDH-ES\+A256KW now\.\n0 grants ended/)
    const { stdout } = await run('keys doctor acme --url http://127.0.0.1:1/')
    expect(stdout).toMatch(/opens ECDH-ES\+A256KW/)
    expect((await run('export')).stdout).toMatch(/encryption:\n +- ECDH-ES\+A256KW/)
  })
})
