import { EXIT } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { findingsMarkdown } from '../markdown.ts'
import { checkProject } from '../project.ts'

/** Checks the documents without a database and without the value of any secret, in every environment. */
export async function validate(
  invocation: Invocation,
  _flags: unknown,
  paths: readonly string[] = [],
): Promise<Outcome> {
  const { valid, diagnostics } = await checkProject(invocation, paths)
  const checked = valid.map(({ state: { environment, objects } }) => ({
    ...environment,
    objects: objects.length,
  }))
  return {
    exit: EXIT.ok,
    kind: 'Validation',
    body: { environments: checked },
    text: checked
      .map(({ name, objects }) => `Valid: ${objects} objects in environment ${name}.\n`)
      .join(''),
    markdown: findingsMarkdown(headline(checked), diagnostics),
  }
}

const headline = (
  checked: readonly { readonly name: string; readonly objects: number }[],
): string =>
  `valid: ${checked.map(({ name, objects }) => `${objects} objects in ${name}`).join(', ')}`
