import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '../../src/base/diagnostic.ts'
import { sarifReport } from '../../src/cli/reports/sarif.ts'
import { diagnostic } from '../../src/config/codes.ts'
import { write } from '../support/cli.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { aShop, LOOSE, WRONG } from '../support/reported.ts'
import { ASKED_BY_GITHUB } from '../support/sarif.ts'
import { sarifProblems } from '../support/sarif-schema.ts'

/** As much of a log as the tests look at. */
interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } }
    readonly invocations: readonly {
      readonly executionSuccessful: boolean
      readonly toolExecutionNotifications: readonly {
        readonly message: { readonly text: string }
      }[]
    }[]
    readonly results: readonly {
      readonly ruleId: string
      readonly ruleIndex: number
      readonly level: string
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string }
          readonly region: { readonly startLine: number }
        }
      }[]
      readonly partialFingerprints: Readonly<Record<string, string>>
    }[]
  }[]
}

const isForGitHub = new Ajv2020({ allErrors: true, strict: false }).compile(ASKED_BY_GITHUB)

function sarif(text: string) {
  const log: Log = JSON.parse(text)
  expect(sarifProblems(log)).toEqual([])
  expect(isForGitHub(log) ? [] : isForGitHub.errors).toEqual([])
  const [run] = log.runs
  if (run === undefined) throw new Error('no run')
  for (const { ruleId, ruleIndex } of run.results)
    expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId)
  return run
}

const printsOf = (run: Log['runs'][number]) =>
  run.results.map(({ partialFingerprints }) => partialFingerprints['tokenidpFinding/v1'])

describe('--report sarif', () => {
  test('has each finding with its place below the repository, its fix and its page', async () => {
    const { run, read } = aShop({ 'shop.yaml': WRONG })
    expect(await run(['validate', '--report', 'sarif=out.sarif'])).toMatchObject({ code: 3 })
    const { results, invocations } = sarif(read('out.sarif'))
    expect(results.map(({ ruleId }) => ruleId)).toEqual(['TIDP1101', 'TIDP1101'])
    expect(results[0]).toMatchObject({
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'idp/shop.yaml' },
            region: { startLine: 6 },
          },
        },
      ],
      fixes: [
        { artifactChanges: [{ replacements: [{ insertedContent: { text: 'redirectUris' } }] }] },
      ],
    })
    expect(invocations[0]?.executionSuccessful).toBe(false)
  })

  test('a finding keeps its fingerprint when lines move, and has another one than its neighbour', async () => {
    const { root, run, read } = aShop({ 'shop.yaml': WRONG })
    await run(['validate', '--report', 'sarif=before.sarif'])
    write(
      root,
      'idp/shop.yaml',
      `# one more\n\n${WRONG.replace('  type: spa\n', '  type: spa\n  consent: skip\n')}`,
    )
    await run(['validate', '--report', 'sarif=after.sarif'])
    const [before, after] = [sarif(read('before.sarif')), sarif(read('after.sarif'))]
    expect(printsOf(after)).toEqual(printsOf(before))
    expect(new Set(printsOf(before)).size).toBe(2)
    expect(after.results[0]?.locations[0]?.physicalLocation.region.startLine).toBe(9)
  })

  test('a project beside the folder of the command has names of its own', async () => {
    const { root, read } = aShop({ 'shop a#b.yaml': LOOSE })
    write(root, 'elsewhere/here', '')
    const there = { cwd: join(root, 'elsewhere') }
    await tokenidpHere(['validate', '-C', '../idp', '--report', 'sarif=out.sarif'], there)
    const { results } = sarif(read('elsewhere/out.sarif'))
    expect(results[0]?.locations[0]?.physicalLocation.artifactLocation.uri).toBe(
      'shop%20a%23b.yaml',
    )
  })

  test('10,000 findings are cut to what is shown, errors first, with a note', () => {
    const at = (line: number) => ({ file: 'a.yaml', line, column: 1, endLine: line, endColumn: 2 })
    const diagnostics = Array.from(
      { length: 10_000 },
      (_, index): Diagnostic =>
        diagnostic('TIDP2020', at(index + 1), 'long', index < 9000 ? { severity: 'warning' } : {}),
    )
    const cut = sarif(
      sarifReport({
        diagnostics,
        remarks: [],
        text: '',
        sources: new Map(),
        pathOf: (file) => file,
      }),
    )
    expect(cut.results).toHaveLength(5000)
    expect(cut.results.filter(({ level }) => level === 'error')).toHaveLength(1000)
    expect(new Set(printsOf(cut)).size).toBe(5000)
    expect(cut.invocations[0]?.toolExecutionNotifications).toEqual([
      expect.objectContaining({
        message: { text: expect.stringMatching(/^5000 findings of 10000 are left out/) },
      }),
    ])
  })
})

test('the reports of plan and of a failed apply are SARIF as well', async () => {
  const { run, read } = aShop({ 'shop.yaml': WRONG })
  await run(['plan', '--no-secrets', '--report', 'sarif=plan.sarif'])
  sarif(read('plan.sarif'))
  const loose = aShop({ 'shop.yaml': LOOSE })
  await loose.run(['apply', '--auto-approve', '-e', 'nowhere', '--report', 'sarif=apply.sarif'])
  expect(sarif(loose.read('apply.sarif')).invocations[0]?.executionSuccessful).toBe(false)
})
