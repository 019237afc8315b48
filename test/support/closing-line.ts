import type { Reporter, TestModule } from 'vitest/node'

/** One line at the end that any program can read: how many tests passed and how many did not. */
export const closingLine: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]) {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    )
    const count = (state: string): number => states.filter((each) => each === state).length
    // A file that could not even be loaded has no tests that could have failed.
    const broken = modules.filter((module) => module.state() === 'failed' && module.errors().length)
    const failed = count('failed') + broken.length
    process.stdout.write(
      `\n${count('passed')} passed, ${failed} failed, ${count('skipped')} skipped\n`,
    )
  },
}
