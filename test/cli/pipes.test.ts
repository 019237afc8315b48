import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { project, ROOT } from '../support/cli.ts'
import { aProject, joined, worker } from '../support/documents.ts'

const many = Array.from({ length: 400 }, (_, index) =>
  worker().replaceAll('worker', `worker-${index}`),
)

/** That all of them have one scope is meant. */
const lint = `apiVersion: tokenidp.dev/v1
kind: Lint
metadata: { name: lint }
spec: { severities: { TIDP2092: "off" } }
`

/** A plan of far more than the 64 KB that a pipe holds, in a pipeline of a real shell. */
function plannedInto(reader: string) {
  const root = project(aProject({ 'worker.yaml': joined(...many), 'lint.yaml': lint }))
  const script = `"$0" "$1" plan -C "$2" -o json | ${reader}\necho "\${PIPESTATUS[0]}" >&3`
  const { stdout, stderr, output } = spawnSync(
    'bash',
    ['-c', script, process.execPath, `${ROOT}bin/tokenidp.js`, root],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe', 'pipe'], maxBuffer: 1 << 24 },
  )
  return { stdout, stderr, code: output[3]?.trim() }
}

test('a reader that has seen enough is no failure', () => {
  expect(plannedInto('head -c1')).toEqual({ stdout: '{', stderr: '', code: '0' })
})

test('a pipe that fills up loses nothing', () => {
  const { stdout, stderr, code } = plannedInto('{ head -c1; cat; }')
  expect(stdout.length).toBeGreaterThan(65_536)
  expect(JSON.parse(stdout).changes).toHaveLength(many.length + 5)
  expect({ stderr, code }).toEqual({ stderr: '', code: '0' })
})
