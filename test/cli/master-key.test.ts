import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { project, write } from '../support/cli.ts'
import { aProject } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'

const key = (seed: number): string => Buffer.alloc(32, seed).toString('base64')

/** A database whose signing keys are sealed under key 1. */
async function aShop() {
  const root = project(aProject())
  const run = (words: string, env: Record<string, string> = {}) =>
    tokenidpHere([...words.split(' '), '-C', root], {
      env: { TOKENIDP_DATABASE_URL: `sqlite:${join(root, 'test.db')}`, ...env },
    })
  await run('apply --auto-approve')
  await run('keys rotate acme', { TOKENIDP_MASTER_KEY: key(1) })
  return { root, run }
}

const printing = (...lines: string[]): string =>
  `'${process.execPath}' -e "console.log('${lines.join("\\n'+'")}')"`

describe('the master key comes from', () => {
  test.for([
    { from: 'a variable', env: () => ({ TOKENIDP_MASTER_KEY: key(1) }) },
    { from: 'a file', env: (root: string) => ({ TOKENIDP_MASTER_KEY_FILE: join(root, 'one') }) },
    { from: 'a command', env: () => ({ TOKENIDP_MASTER_KEY_COMMAND: printing(key(1)) }) },
    {
      from: 'a command that prints old ones behind it',
      env: () => ({ TOKENIDP_MASTER_KEY_COMMAND: printing(key(2), key(1)) }),
    },
    {
      from: 'a list of old ones',
      env: () => ({
        TOKENIDP_MASTER_KEY: key(2),
        TOKENIDP_MASTER_KEYS_OLD: `${key(3)} ${key(1)}`,
      }),
    },
    {
      from: 'a file of old ones',
      env: (root: string) => ({
        TOKENIDP_MASTER_KEY: key(2),
        TOKENIDP_MASTER_KEYS_OLD_FILE: join(root, 'old'),
      }),
    },
  ])('$from', async ({ env }) => {
    const { root, run } = await aShop()
    write(root, 'one', `${key(1)}\n`)
    write(root, 'old', `${key(3)}\n${key(1)}\n`)
    const ran = await run('secrets rekey --dry-run', env(root))
    expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 0 })
  })
})

describe('a master key that cannot be had', () => {
  const SECRET = 'not-for-any-log'
  test.for([
    {
      when: 'two places name one',
      env: { TOKENIDP_MASTER_KEY: key(1), TOKENIDP_MASTER_KEY_COMMAND: printing(key(1)) },
      code: 64,
      says: /are both set/,
    },
    {
      when: 'two places name old ones',
      env: {
        TOKENIDP_MASTER_KEY: key(1),
        TOKENIDP_MASTER_KEYS_OLD: key(2),
        TOKENIDP_MASTER_KEYS_OLD_FILE: '/no',
      },
      code: 64,
      says: /are both set/,
    },
    {
      when: 'an old one is too short',
      env: { TOKENIDP_MASTER_KEY: key(1), TOKENIDP_MASTER_KEYS_OLD: SECRET },
      says: /a key of TOKENIDP_MASTER_KEYS_OLD is not 32 bytes/,
    },
    {
      when: 'the program is absent',
      env: { TOKENIDP_MASTER_KEY_COMMAND: `/no/such/program ${SECRET}` },
      says: /cannot be started: ENOENT/,
    },
    {
      when: 'the program fails',
      env: { TOKENIDP_MASTER_KEY_COMMAND: `'${process.execPath}' -e 'process.exit(3)'` },
      says: /ended with 3/,
    },
    {
      when: 'the program prints something else',
      env: { TOKENIDP_MASTER_KEY_COMMAND: printing(SECRET) },
      says: /what TOKENIDP_MASTER_KEY_COMMAND printed is not 32 bytes/,
    },
    {
      when: 'a quote stays open',
      env: { TOKENIDP_MASTER_KEY_COMMAND: `vault "${SECRET}` },
      says: /close every quote/,
    },
    {
      when: 'what would be words of a shell are not',
      env: { TOKENIDP_MASTER_KEY_COMMAND: `$(echo ${SECRET})` },
      says: /cannot be started/,
    },
  ])('$when', async ({ env, code = 78, says }) => {
    const { run } = await aShop()
    const ran = await run('keys rotate acme', env)
    expect(ran.stderr).toMatch(says)
    expect(ran.stderr).toMatch(/\n +next: /)
    expect(ran.code).toBe(code)
    expect(ran.stdout + ran.stderr).not.toContain(SECRET)
  })
})
