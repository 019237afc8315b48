import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { failureMarkdown } from '../../src/cli/markdown.ts'
import { document, project, write } from '../support/cli.ts'
import { worker } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { portable } from '../support/portable.ts'

const aShop = (files: Record<string, string> = {}) => {
  const root = project(portable(files))
  const run = (...words: string[]) =>
    tokenidpHere(words, { cwd: root, env: { WORKER_SECRET: 'canary-secret' } })
  return { root, run, read: (name: string) => readFileSync(join(root, name), 'utf8') }
}

test('a plan in Markdown has what is grave first and its fields folded away', async () => {
  const { root, run } = aShop()
  await run('apply', '--auto-approve')
  const edited = (portable()['worker.yaml'] ?? '').replace('Worker', 'Night shift')
  write(
    root,
    'worker.yaml',
    edited.replace('name: worker', 'name: second').replace(/worker$/m, 'second'),
  )
  const { stdout, code } = await run('plan', '--prune', '-o', 'markdown')
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^### Plan: <code>git&#58;shop<\/code> in <code>dev<\/code>\n\n1 to create/,
  )
  const rows = stdout.split('\n').filter((line) => line.startsWith('| '))
  expect(rows[0]).toBe('| risk | change | object | why |')
  expect(rows[2]).toMatch(
    /^\| \*\*destructive\*\* \| delete \| <code>Application\/acme\/worker<\/code> /,
  )
  expect(stdout).toContain('<details><summary>')
  expect(stdout).toContain('**Guard**')
  expect(stdout).toContain('**Rename?**')
  expect(stdout).not.toContain('canary')
})

test('names and values from files are no markup', async () => {
  const { root, run } = aShop()
  await run('apply', '--auto-approve')
  const hostile = '</details><img src=x> | @team #1 **b** [l](https://evil.example) `c` \\'
  write(
    root,
    'worker.yaml',
    (portable()['worker.yaml'] ?? '').replace('Worker', JSON.stringify(hostile)),
  )
  const { stdout } = await run('plan', '-o', 'markdown')
  const line = stdout.split('\n').find((each) => each.includes('displayName')) ?? ''
  const values = line.replaceAll(/&#\d+;/g, '').replaceAll(/<\/?code>/g, '')
  expect(values).toMatch(/^- displayName/)
  expect(values.replace('displayName: ', '').slice(2)).not.toMatch(/[<>|@#*[\]`\\:&]/)
  expect(failureMarkdown({ message: '@team fixes #1' }, [])).toBe(
    '### tokenidp: &#64;<!-- -->team fixes &#35;<!-- -->1\n\n',
  )
})

test('reports are written beside what is printed', async () => {
  const { run, read } = aShop()
  const files = ['--report', 'markdown=plan.md', '--report', 'json=plan-report.json']
  const planned = await run('plan', ...files)
  expect(planned).toMatchObject({ code: 0 })
  expect(planned.stdout).toContain('+ Application/acme/worker')
  expect(read('plan.md')).toMatch(/^### Plan: /)
  expect(JSON.parse(read('plan-report.json'))).toMatchObject({ kind: 'Plan' })
  const applied = await run('apply', '--auto-approve', '-o', 'json', ...files)
  expect(document(applied)).toMatchObject({ kind: 'Apply', revision: 1 })
  expect(read('plan.md')).toMatch(/^### Applied revision 1: /)
  const both = await run('plan', '--report', 'markdown=-')
  expect(both.stdout).toMatch(/^No changes[\s\S]*### Plan: [\s\S]*No changes\.\n$/)
})

test('a failure is reported too', async () => {
  const { run, read } = aShop({ 'worker.yaml': worker().replace('machine', 'engine') })
  const files = ['--report', 'markdown=plan.md', '--report', 'json=report.json']
  expect(await run('plan', ...files)).toMatchObject({ code: 3, stdout: '' })
  expect(read('plan.md')).toMatch(
    /^### tokenidp: 1 error in[\s\S]*TIDP1104[\s\S]*worker\.yaml&#58;8/,
  )
  expect(JSON.parse(read('report.json'))).toMatchObject({ kind: 'Error', error: { exit: 3 } })
})

test.for([
  { words: ['plan', '--report', 'pdf=x'], says: 'sarif, junit, github, markdown, html, json' },
  { words: ['plan', '--report', 'markdown=no/such/folder/x'], says: 'cannot be written' },
  { words: ['plan', '--report', 'json=-'], says: 'one document' },
  { words: ['plan', '-o', 'json', '--report', 'markdown=-'], says: 'one document' },
  { words: ['status', '-o', 'markdown'], says: 'no Markdown' },
])('$words is refused before anything is done', async ({ words, says }) => {
  const { root, run } = aShop()
  const ran = await run(...words)
  expect(ran.code).toBe(64)
  expect(ran.stderr).toContain(says)
  expect(existsSync(join(root, '.tokenidp'))).toBe(false)
})
