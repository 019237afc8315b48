import { EXIT } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { environmentsToCheck, readProject } from '../project.ts'

/** Checks the documents without a database and without the value of any secret, in every environment. */
export async function validate(
  invocation: Invocation,
  _flags: unknown,
  paths: readonly string[] = [],
): Promise<Outcome> {
  const [first, ...others] = await environmentsToCheck(invocation)
  const checked = [await valid(invocation, paths, first)]
  for (const name of others) checked.push(await valid(invocation, paths, name))
  return {
    exit: EXIT.ok,
    kind: 'Validation',
    body: { environments: checked },
    text: checked
      .map(({ name, objects }) => `Valid: ${objects} objects in environment ${name}.\n`)
      .join(''),
  }
}

async function valid(invocation: Invocation, paths: readonly string[], name: string | undefined) {
  const { global } = invocation
  const environment = name ?? global.environment
  const { desired } = await readProject(
    { ...invocation, global: { ...global, environment } },
    paths,
  )
  return { ...desired.environment, objects: desired.objects.length }
}
