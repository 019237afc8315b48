/** The program on a terminal of tmux, and what a person sees there. */
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as moment } from 'node:timers/promises'
import { ROOT } from './command.ts'
import { aFolder } from './folder.ts'
import { requireProgram } from './package.ts'

const COLUMNS = 80
/** So many that nothing leaves it at the top. */
const LINES = 500
const PATIENCE_MS = 20_000

const END = 'the last command ended with'

const shown = (text: string): readonly string[] =>
  (text.split(END)[0] ?? '').split('\n').map((line) => line.trimEnd())

/** Runs lines of bash, in which `tokenidp` is the program, on a terminal of 80 columns. */
export function onScreen(script: string, env: Readonly<Record<string, string>> = {}) {
  requireProgram('/usr/bin/tmux', 'tmux')
  const variables = Object.entries({ LANG: 'C.UTF-8', ...env })
  const folder = aFolder({
    'run.sh': [
      'read -r',
      ...variables.map(([name, value]) => `export ${name}='${value}'`),
      `tokenidp() { '${process.execPath}' '${ROOT}bin/tokenidp.js' "$@"; }`,
      script,
      // tmux tells of an exit code only some time after the end, and what was written may still be on its way.
      `echo "${END} $?"`,
      'read -r',
    ].join('\n'),
    raw: '',
  })
  const raw = join(folder.path, 'raw')
  const name = `tokenidp-${randomUUID()}`
  const tmux = (...words: string[]): string =>
    execFileSync('tmux', ['-u', '-L', name, '-f', '/dev/null', ...words], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', HOME: folder.path, LANG: 'C.UTF-8' },
    })
  const size = ['-x', `${COLUMNS}`, '-y', `${LINES}`]
  tmux('new-session', '-d', ...size, 'bash', '--norc', join(folder.path, 'run.sh'))
  tmux('pipe-pane', '-o', `cat >> '${raw}'`)
  tmux('send-keys', 'Enter')

  const seen = (...how: string[]): string => tmux('capture-pane', '-p', ...how)
  const until = async (isReached: () => boolean): Promise<void> => {
    const deadline = Date.now() + PATIENCE_MS
    while (!isReached()) {
      if (Date.now() > deadline) throw new Error(`on the screen is only:\n${seen()}`)
      await moment(25)
    }
  }
  return {
    /** As they are on the screen: a line that does not fit is two. */
    lines: (): readonly string[] => shown(seen()),
    /** As the program wrote them. */
    written: (): readonly string[] => shown(seen('-J')),
    /** Every byte that reached the terminal. */
    raw: (): string => readFileSync(raw, 'utf8'),
    shows: (text: string): Promise<void> => until(() => seen().includes(text)),
    type: (keys: string): void => void tmux('send-keys', '-l', keys),
    press: (key: string): void => void tmux('send-keys', key),
    /** What the last command ended with. */
    async ended(): Promise<number> {
      await until(() => readFileSync(raw, 'utf8').includes(`${END} `) && seen().includes(END))
      return Number(seen().split(`${END} `)[1])
    },
    close(): void {
      tmux('kill-server')
      folder.remove()
    },
  }
}
