import { relative, resolve } from 'node:path'
import type { Position } from '../../base/diagnostic.ts'
import { toSeconds } from '../../base/time.ts'
import type { Valid } from '../../config/index.ts'
import type { ConfigurationTest } from '../../config/tests.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { checkProject } from '../project.ts'
import { counted, showDiagnostics } from '../show-diagnostics.ts'
import type { Miss } from '../testing/judge.ts'
import { nameOf, type Verdict, verdictMarkdown, verdictText } from '../testing/verdict.ts'

/** Asks the configuration what its tests ask, in every environment. Exit 3 when it is otherwise: then it is not the one that is meant. */
export async function test(
  invocation: Invocation,
  _flags: unknown,
  paths: readonly string[] = [],
): Promise<Outcome> {
  const { valid } = await checkProject(invocation, [])
  const tests = await readAll(invocation, valid, paths)
  const verdicts: Verdict[] = []
  for (const each of tests) verdicts.push(...(await judged(invocation, each, valid.length > 1)))
  const failed = verdicts.filter(({ misses }) => misses.length > 0)
  await reportFailed(invocation, failed, valid)
  return {
    exit: failed.length > 0 ? EXIT.invalid : EXIT.ok,
    kind: 'Tests',
    body: {
      passed: verdicts.length - failed.length,
      failed: failed.length,
      tests: verdicts.map(bodyOf),
    },
    text: verdictText(verdicts, invocation.paint.out),
    markdown: verdictMarkdown(verdicts),
    cases: verdicts.map((each) => ({
      name: nameOf(each),
      at: each.test.at,
      ...(each.misses.length === 0 ? {} : { failure: each.misses.map(missText).join('\n') }),
    })),
  }
}

interface InEnvironment {
  readonly valid: Valid
  readonly tests: readonly ConfigurationTest[]
}

/** All tests of the files that are asked for. What is wrong with one ends the command. */
async function readAll(
  invocation: Invocation,
  all: readonly Valid[],
  paths: readonly string[],
): Promise<readonly InEnvironment[]> {
  const { inOrder, readTests } = await import('../../config/index.ts')
  const { directory } = invocation.world
  for (const path of paths) {
    const isHere = all.some(({ root, tests }) =>
      tests.some(isIn(relative(root, resolve(directory, path)))),
    )
    if (!isHere)
      throw new Failure(
        EXIT.usage,
        `there is no test in ${path}`,
        'tests are in files of the project whose names end in .test.yaml',
      )
  }
  const read = all.map((valid) => {
    const wanted = paths.map((path) => isIn(relative(valid.root, resolve(directory, path))))
    const isAsked = (file: string) => wanted.length === 0 || wanted.some((each) => each({ file }))
    return { valid, ...readTests(valid, isAsked) }
  })
  // What could be fixed is for fix to offer, which looks at what is applied.
  const unfixable = read.flatMap(({ diagnostics }) =>
    diagnostics.map((each) => ({ ...each, fixes: [] })),
  )
  const found = inOrder(unfixable)
  const [{ root, sources } = { root: '', sources: new Map() }] = all
  await showDiagnostics(invocation, found, { root, sources })
  if (found.length > 0)
    throw new Failure(
      EXIT.invalid,
      `${counted(found.length, 'error')} in the tests`,
      'correct them, then tokenidp test',
    )
  return read
}

const isIn =
  (path: string) =>
  ({ file }: { readonly file: string }): boolean =>
    path === '' || file === path || file.startsWith(`${path}/`)

async function judged(
  { world }: Invocation,
  { valid, tests }: InEnvironment,
  hasOthers: boolean,
): Promise<readonly Verdict[]> {
  const [{ snapshotOfDocuments, usersOfDocuments }, { ask }, { judge }] = await Promise.all([
    import('../../deploy/documents.ts'),
    import('../testing/ask.ts'),
    import('../testing/judge.ts'),
  ])
  const now = toSeconds(world.clock.milliseconds())
  const { byName } = snapshotOfDocuments(valid.state)
  const environment = hasOthers ? valid.state.environment.name : undefined
  return tests.map((each) => {
    const tenant = byName.get(each.tenant)
    if (tenant === undefined) throw new Error(`there is no tenant ${each.tenant}`)
    const people = usersOfDocuments(valid.state, each.tenant, now)
    return { test: each, environment, misses: judge(each, ask(each, { tenant, people, now })) }
  })
}

/** For other programs, and for the document: people read the text. */
async function reportFailed(
  { report }: Invocation,
  failed: readonly Verdict[],
  [valid]: readonly Valid[],
): Promise<void> {
  if (valid === undefined) return
  const { diagnostic } = await import('../../config/codes.ts')
  const found = failed.flatMap((verdict) =>
    verdict.misses.map((miss) =>
      diagnostic('TIDP3080', miss.at, `${nameOf(verdict)}: ${missText(miss)}`),
    ),
  )
  report(found, valid)
}

const missText = ({ part, expected, actual }: Miss): string =>
  `${part === '' ? '' : `${part}: `}expected ${expected}, is ${actual}`

const placeOf = ({ file, line, column }: Position) => ({ file, line, column })

const bodyOf = ({ test: each, environment, misses }: Verdict) => ({
  name: nameOf({ test: each, environment: undefined }),
  environment: environment ?? null,
  tenant: each.tenant,
  application: each.application ?? null,
  at: placeOf(each.at),
  passed: misses.length === 0,
  misses: misses.map(({ part, expected, actual, at }) => ({
    part,
    expected,
    actual,
    at: placeOf(at),
  })),
})
