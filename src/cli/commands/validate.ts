import { EXIT } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { readProject } from '../project.ts'

/** Checks the documents without a database and without the value of any secret. */
export async function validate(
  invocation: Invocation,
  _flags: unknown,
  paths: readonly string[] = [],
): Promise<Outcome> {
  const { desired } = await readProject(invocation, paths)
  const { environment, objects } = desired
  return {
    exit: EXIT.ok,
    kind: 'Validation',
    body: { environment, objects: objects.length },
    text: `Valid: ${objects.length} objects in environment ${environment.name}.\n`,
  }
}
