import { spawnSync } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { project, ROOT } from '../support/cli.ts'
import { aProject } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { requireProgram } from '../support/package.ts'
import { onScreen } from '../support/screen.ts'

const scriptOf = async (shell: string): Promise<string> =>
  (await tokenidpHere(['completion', shell])).stdout

const PROGRAM = `'${process.execPath}' '${ROOT}bin/tokenidp.js'`

/** What a real shell offers after these words, in the folder of a project, by our script. */
const SHELLS = {
  async bash(typed: readonly string[], folder: string) {
    const words = typed.map((word) => `'${word}'`).join(' ')
    return offered(
      folder,
      'bash',
      '--norc',
      '-c',
      `tokenidp() { ${PROGRAM} "$@"; }
       compopt() { echo :files; }
       ${await scriptOf('bash')}
       COMP_WORDS=(tokenidp ${words}); COMP_CWORD=${typed.length}; _tokenidp tokenidp
       printf '%s\\n' "\${COMPREPLY[@]}"`,
    )
  },
  async zsh(typed: readonly string[], folder: string) {
    requireProgram('/usr/bin/zsh', 'zsh')
    const words = typed.map((word) => `'${word}'`).join(' ')
    const found = offered(
      folder,
      'zsh',
      '-f',
      '-c',
      `tokenidp() { ${PROGRAM} "$@"; }
       compdef() { :; }; _files() { print :files; }; _describe() { print -rl -- "\${(@P)@[-1]}"; }
       ${await scriptOf('zsh')}
       words=(tokenidp ${words}); CURRENT=${typed.length + 1}; _tokenidp`,
    )
    return found.map((line) => (line === ':files' ? line : line.replace(/:(?<!\\:).*$/, '')))
  },
  async fish(typed: readonly string[], folder: string) {
    requireProgram('/usr/bin/fish', 'fish')
    const found = offered(
      folder,
      'fish',
      '--no-config',
      '-c',
      `function tokenidp; ${PROGRAM} $argv; end
       ${await scriptOf('fish')}
       complete -C "tokenidp ${typed.join(' ')}"`,
    )
    return found.map((line) => line.replace(/\t.*/, ''))
  },
} as const

function offered(cwd: string, program: string, ...words: string[]): readonly string[] {
  const env = { PATH: '/usr/bin:/bin', HOME: cwd, LANG: 'C.UTF-8' }
  const { stdout, stderr } = spawnSync(program, words, { cwd, env, encoding: 'utf8' })
  expect(stderr).toBe('')
  return stdout.split('\n').filter(Boolean)
}

const CODES = ['TIDP1201', 'TIDP1202', 'TIDP1203', 'TIDP1204', 'TIDP1205']

test.for(
  (['bash', 'zsh', 'fish'] as const).flatMap((shell) =>
    [
      { typed: ['pl'], offers: ['plan'] },
      { typed: ['keys', 'ro'], offers: ['rotate'] },
      { typed: ['plan', '--det'], offers: ['--detailed-exitcode'] },
      { typed: ['explain', 'TIDP120'], offers: CODES },
      { typed: ['keys', 'list', ''], offers: ['acme'] },
      { typed: ['secrets', 'rotate', 'acme', 'w'], offers: ['worker'] },
      { typed: ['render', 'Res'], offers: ['Resource/acme/orders-api'] },
      { typed: ['plan', '--fail-on', 'b'], offers: ['breaking'] },
      { typed: ['secrets', 'rotate', 'other', ''], offers: [] },
    ].map((row) => ({ ...row, shell })),
  ),
)('$shell: $typed offers $offers', async ({ shell, typed, offers }) => {
  expect([...(await SHELLS[shell](typed, project(aProject())))].sort()).toEqual(offers)
})

test.for([
  { shell: 'bash', offers: [':files'] },
  { shell: 'zsh', offers: [':files'] },
  { shell: 'fish', offers: ['worker.yaml'] },
] as const)('$shell: files where files are meant', async ({ shell, offers }) => {
  expect(await SHELLS[shell](['validate', 'work'], project(aProject()))).toEqual(offers)
})

test('zsh: by the key that people press', async () => {
  requireProgram('/usr/bin/zsh', 'zsh')
  const folder = project(
    aProject({
      '.zshrc': `PROMPT='ready> '
tokenidp() { ${PROGRAM} "$@"; }
autoload -Uz compinit; compinit -u -D
${await scriptOf('zsh')}`,
    }),
  )
  const on = onScreen(`cd '${folder}'; ZDOTDIR='${folder}' zsh -i`)
  onTestFinished(on.close)
  await on.shows('ready>')
  on.type('tokenidp secr')
  on.press('Tab')
  await on.shows('tokenidp secrets')
  on.type('ro')
  on.press('Tab')
  await on.shows('tokenidp secrets rotate')
  on.type('ac')
  on.press('Tab')
  await on.shows('tokenidp secrets rotate acme')
  on.type('w')
  on.press('Tab')
  await on.shows('tokenidp secrets rotate acme worker')
})

/** PowerShell is not to be had here: what it is told is held by what it cannot do without. */
test('pwsh: asks with the words before the cursor, and takes names with their meanings', async () => {
  const script = await scriptOf('pwsh')
  expect(script).toContain(
    'Register-ArgumentCompleter -Native -CommandName tokenidp -ScriptBlock {',
  )
  expect(script).toContain('param($wordToComplete, $commandAst, $cursorPosition)')
  // Bare, it would end the parameters of PowerShell itself and never arrive.
  expect(script).toContain("& tokenidp __complete '--' @words 2>$null")
  expect(script).toContain('[System.Management.Automation.CompletionResult]::new(')
  for (const [open, close] of ['{}', '()', '[]'].map((pair) => [...pair] as [string, string]))
    expect(script.split(open).length).toBe(script.split(close).length)
  expect(script.match(/(?<!`)"/g)?.length).toBe(2)
})
