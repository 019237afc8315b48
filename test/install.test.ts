import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from './support/command.ts'

describe('the package', () => {
  const folder = mkdtempSync(`${tmpdir()}/tokenidp-install-`)
  const installed = (...args: string[]) =>
    spawnSync(process.execPath, [`${folder}/node_modules/tokenidp/bin/tokenidp.js`, ...args], {
      cwd: folder,
      encoding: 'utf8',
    })

  beforeAll(() => {
    const quiet = { stdio: 'pipe', encoding: 'utf8' } as const
    execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
      ...quiet,
      cwd: ROOT,
    })
    const [tarball = ''] = readdirSync(folder)
    writeFileSync(`${folder}/package.json`, '{ "private": true }')
    execFileSync(
      'npm',
      ['install', '--omit=dev', '--prefer-offline', '--no-audit', `./${tarball}`],
      {
        ...quiet,
        cwd: folder,
      },
    )
  }, 120_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('works after a plain install, with runtime dependencies only', () => {
    expect(readdirSync(`${folder}/node_modules`)).not.toContain('vitest')
    expect(installed('version')).toMatchObject({ status: 0 })
    expect(installed('init', 'idp')).toMatchObject({ status: 0 })
    expect(installed('validate', '-C', 'idp')).toMatchObject({ status: 0 })
    const applied = installed(
      'apply',
      '--auto-approve',
      '-C',
      'idp',
      '--database-url',
      'sqlite:a.db',
    )
    expect(applied.status, applied.stderr).toBe(0)
  })

  test('carries no test, no source and no secret', () => {
    const files = readdirSync(`${folder}/node_modules/tokenidp`, {
      recursive: true,
      encoding: 'utf8',
    })
    expect(
      files.filter((file) => /^(src|test|bench|\.ci)\b|\.test\.(?!yaml$)|\.tsx?$/.test(file)),
    ).toEqual([])
  })
})

describe('an old Node', () => {
  test('is answered with one sentence and exit code 78 before anything is imported', () => {
    const older =
      'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,napi:"9"}})'
    const outcome = spawnSync(process.execPath, ['--import', older, `${ROOT}bin/tokenidp.js`], {
      encoding: 'utf8',
    })
    expect(outcome.status).toBe(78)
    expect(outcome.stderr).toMatch(/^tokenidp needs Node .*\n$/)
    expect(outcome.stdout).toBe('')
  })
})
