import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ROOT } from '../support/command.ts'
import { aTenant, devProject } from '../support/documents.ts'
import { aFolder } from '../support/folder.ts'

/** A file system of its own in memory, seen by these commands alone: what it takes is util-linux, and no rights. */
async function aSmallDisk(path: string) {
  const mounting = 'mount -t tmpfs -o size=3m none "$1" && echo mounted && read -r _'
  const holder = spawn('unshare', ['-Urm', 'sh', '-c', mounting, 'sh', path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(async () => {
    holder.stdin.end()
    await once(holder, 'exit')
  })
  await once(holder.stdout, 'data')
  const inside = ['--preserve-credentials', '-U', '-m', '-t', String(holder.pid)]
  const shell = (script: string): string =>
    execFileSync('nsenter', [...inside, 'sh', '-c', script], { encoding: 'utf8' })
  const run = async (words: readonly string[], url: string) => {
    const command = [process.execPath, `${ROOT}bin/tokenidp.js`, ...words]
    const child = spawn('nsenter', [...inside, ...command], {
      env: { PATH: process.env.PATH, HOME: path, CI: '1', TOKENIDP_DATABASE_URL: url },
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
    const [code] = await once(child, 'close')
    return { code, said }
  }
  return { shell, run }
}

test('a disk that is full, and one that is read-only: clear words, nothing half applied', {
  timeout: 60_000,
}, async () => {
  const project = aFolder(devProject(aTenant('one')))
  onTestFinished(project.remove)
  const disk = join(project.path, 'disk')
  mkdirSync(disk)
  const { shell, run } = await aSmallDisk(disk)
  const url = `sqlite:${join(disk, 'idp.db')}`
  const apply = () => run(['apply', '--auto-approve', '-C', project.path], url)
  const revision = async () =>
    /^revision +(\d+)/m.exec((await run(['status', '-C', project.path], url)).said)?.[1]

  expect(await apply()).toMatchObject({ code: 0 })
  shell(`cat /dev/zero > '${disk}/filler' 2>/dev/null || true`)
  project.write('more.yaml', aTenant('two'))
  const full = await apply()
  expect(full.code).toBe(7)
  expect(full.said).toMatch(/idp\.db cannot be used: .*\n +next: see that the disk has space/)
  expect(full.said).not.toMatch(/ at .*\.js:\d+/)
  shell(`rm '${disk}/filler'`)
  expect(await revision()).toBe('1')
  expect(await apply()).toMatchObject({ code: 0 })
  expect(await revision()).toBe('2')

  shell(`mount -o remount,ro '${disk}'`)
  project.write('more.yaml', aTenant('three'))
  expect(await run(['plan', '-C', project.path], url)).toMatchObject({ code: 0 })
  const refused = await apply()
  expect(refused.code).toBe(7)
  expect(refused.said).toMatch(/readonly database\n +next: see that this account may write to it/)
  expect(await revision()).toBe('2')
  for (const words of [['plan'], ['apply', '--auto-approve']]) {
    const nowhere = await run([...words, '-C', project.path], `sqlite:${join(disk, 'new.db')}`)
    expect(nowhere.code, nowhere.said).toBe(7)
    expect(nowhere.said).toMatch(/new\.db.*\n +next: see that .*may write/)
  }
})
