/** What the tests of commands say: arguments in; exit code, streams and documents out. */
import { onTestFinished } from 'vitest'
import { type Outcome, run, type Surroundings, start } from './command.ts'
import { aFolder } from './folder.ts'

export { ROOT } from './command.ts'
export { write } from './folder.ts'

/** As in a pipeline: nobody is there to be asked. */
const inPipeline = (around: Surroundings): Surroundings => ({
  ...around,
  env: { CI: '1', ...around.env },
})

export const tokenidp = (args: readonly string[], around: Surroundings = {}): Promise<Outcome> =>
  run(args, inPipeline(around))

/** The document on stdout, which must be the only thing there. */
export const document = ({ stdout }: Pick<Outcome, 'stdout'>): Readonly<Record<string, unknown>> =>
  JSON.parse(stdout)

/** A program that runs until it is stopped; stopped with the test at the latest. */
export function running(args: readonly string[], around: Surroundings = {}) {
  const { child, ended } = start(args, inPipeline(around))
  const exited = ended.then(({ code }) => code)
  let output = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text: string) => {
      output += text
      for (const listener of listeners) listener()
    })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  return {
    output: () => output,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    exited,
    /** Waits until both streams together hold it. */
    says: (pattern: RegExp): Promise<RegExpExecArray> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(output)
          if (found === null) return
          listeners.delete(look)
          resolve(found)
        }
        listeners.add(look)
        void exited.then((code) =>
          reject(new Error(`ended with ${code} before ${pattern}:\n${output}`)),
        )
        look()
      }),
  }
}

/** A directory of its own with these files, gone when the test is. */
export function project(files: Readonly<Record<string, string>>): string {
  const folder = aFolder(files)
  onTestFinished(folder.remove)
  return folder.path
}
