import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { project, ROOT, write } from '../support/cli.ts'
import { aProject } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'

test.for([
  { typed: ['pl'], offers: ['plan'] },
  { typed: ['keys', 'ro'], offers: ['rotate'] },
  { typed: ['plan', '--det'], offers: ['--detailed-exitcode'] },
  { typed: ['plan', '-o', ''], offers: ['json', 'markdown', 'table', 'text', 'yaml'] },
  { typed: ['plan', '-e', ''], offers: ['dev'] },
  { typed: ['plan', '--fail-on', 'b'], offers: ['breaking'] },
  { typed: ['keys', 'list', ''], offers: ['acme'] },
  { typed: ['--env', 'dev', 'secrets', 'rotate', 'acme', 'w'], offers: ['worker'] },
  { typed: ['secrets', 'rotate', 'other', ''], offers: [] },
  { typed: ['render', 'Application/acme/worker', 'Res'], offers: ['Resource/acme/orders-api'] },
  {
    typed: ['explain', 'TIDP120'],
    offers: ['TIDP1201', 'TIDP1202', 'TIDP1203', 'TIDP1204', 'TIDP1205'],
  },
  { typed: ['schema', 'output/pl'], offers: ['output/plan'] },
  { typed: ['completion', ''], offers: ['bash', 'fish', 'pwsh', 'zsh'] },
  { typed: ['import', ''], offers: ['auth0', 'authelia', 'dex', 'hydra', 'keycloak'] },
  { typed: ['import', 'dex', ''], offers: [':files'] },
  { typed: ['validate', ''], offers: [':files'] },
  { typed: ['plan', '--out', ''], offers: [':files'] },
  { typed: ['__c'], offers: [] },
  { typed: ['nonsense', '--nonsense', ''], offers: [] },
])('$typed: $offers', async ({ typed, offers }) => {
  const root = project(aProject())
  write(root, 'broken.yaml', 'kind: Tenant\nmetadata: { name: "$(id)" }\nspec: [\n')
  const ran = await tokenidpHere(['__complete', '--', ...typed], { cwd: root })
  expect(ran).toMatchObject({ code: 0, stderr: '' })
  const lines = ran.stdout.split('\n').filter(Boolean)
  expect(lines.map((line) => line.split('\t')[0])).toEqual(offers)
})

test('bash completes by the script', async () => {
  const { stdout } = await tokenidpHere(['completion', 'bash'])
  const script = `tokenidp() { "${process.execPath}" "${ROOT}bin/tokenidp.js" "$@"; }
${stdout}
COMP_WORDS=(tokenidp explain TIDP120); COMP_CWORD=2; _tokenidp tokenidp; echo "\${COMPREPLY[*]}"`
  const ran = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
  expect(ran.stdout).toBe('TIDP1201 TIDP1202 TIDP1203 TIDP1204 TIDP1205\n')
  expect(await tokenidpHere(['completion', 'tcsh'])).toMatchObject({ code: 64 })
})
