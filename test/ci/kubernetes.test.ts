import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { VARIABLES } from '../../src/cli/environment.ts'
import { EXIT } from '../../src/cli/exit.ts'
import { project, tokenidp } from '../support/cli.ts'
import { databases } from '../support/databases.ts'
import { recipe, SECRET, SHOP, VERSION } from '../support/pipeline.ts'

interface Container {
  readonly image: string
  readonly args: readonly string[]
  readonly env: readonly { readonly name: string; readonly value: string }[]
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
}

interface Manifest {
  readonly spec: {
    readonly podFailurePolicy: {
      readonly rules: readonly { readonly onExitCodes: { readonly values: readonly number[] } }[]
    }
    readonly template: {
      readonly spec: {
        readonly containers: readonly [Container]
        readonly volumes: readonly { readonly name: string }[]
      }
    }
  }
}

const job = recipe('kubernetes/apply-job.yaml') as Manifest
const pod = job.spec.template.spec
const [container] = pod.containers

test('the job runs before the sync, with no right that it does not need', () => {
  expect(job).toMatchObject({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      annotations: {
        'argocd.argoproj.io/hook': 'PreSync',
        'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
      },
    },
  })
  expect(pod).toMatchObject({
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  })
  expect(container).toMatchObject({
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    resources: { requests: { memory: expect.any(String) }, limits: { memory: expect.any(String) } },
  })
  expect(container.image).toMatch(new RegExp(`:${VERSION}$`))
  expect(container.volumeMounts.map(({ name }) => name)).toEqual(
    pod.volumes.map(({ name }) => name),
  )
  for (const { name } of container.env) expect(Object.keys(VARIABLES)).toContain(name)
})

test('what is no better the next time is not tried again', () => {
  const [rule] = job.spec.podFailurePolicy.rules
  const { invalid, refused, usage, machine } = EXIT
  expect(rule?.onExitCodes.values).toEqual([invalid, refused, usage, machine])
})

/** Files as a ConfigMap is mounted: links into a folder that is swapped as a whole. */
function mounted(files: Readonly<Record<string, string>>): string {
  const folder = project(
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`..2026_01/${name}`, text])),
  )
  symlinkSync('..2026_01', join(folder, '..data'))
  for (const name of Object.keys(files)) symlinkSync(`..data/${name}`, join(folder, name))
  return folder
}

describe.each(databases)('its command, on $engine', ({ newDatabase }) => {
  async function run(files: Readonly<Record<string, string>>, url: string) {
    const places: Record<string, string> = {
      '/config': mounted(files),
      '/run/secrets/database': mounted({ url: `${url}\n` }),
    }
    const here = (value: string): string =>
      value.replace(/^(\/config|\/run\/secrets\/database)(?=\/|$)/, (path) => places[path] ?? '')
    const env = Object.fromEntries(container.env.map(({ name, value }) => [name, here(value)]))
    return tokenidp(container.args, {
      cwd: project({}),
      env: { ...env, ACME_WEB_SECRET: SECRET },
    })
  }

  test('applies what is mounted, once, and again when it is tried again', async () => {
    const url = await newDatabase(project({}))
    const first = await run(SHOP, url)
    expect({ code: first.code, stderr: first.stderr }).toMatchObject({ code: 0 })
    expect(first.stdout).toContain('Applied revision 1')
    expect(await run(SHOP, url)).toMatchObject({ code: 0 })
    const { 'spa.yaml': _, ...fewer } = SHOP
    expect((await run(fewer, url)).stdout).toContain('Applied revision 2')
    const broken = { ...SHOP, 'web.yaml': (SHOP['web.yaml'] ?? '').replace('orders:read', 'none') }
    expect(await run(broken, url)).toMatchObject({ code: EXIT.invalid })
  })
})

test('a database that is away is worth another try', async () => {
  expect(job.spec.podFailurePolicy.rules[0]?.onExitCodes.values).not.toContain(EXIT.database)
})
