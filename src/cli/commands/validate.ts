import { EXIT } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { findingsMarkdown } from '../markdown.ts'
import { checkProject } from '../project.ts'
import { counted } from '../show-diagnostics.ts'

/** Checks the documents without a database and without the value of any secret, in every environment. */
export async function validate(
  invocation: Invocation,
  { failOn = 'error' }: { readonly failOn?: 'error' | 'warning' },
  paths: readonly string[] = [],
): Promise<Outcome> {
  const { valid, diagnostics } = await checkProject(invocation, paths)
  const checked = valid.map(({ state: { environment, objects } }) => ({
    ...environment,
    objects: objects.length,
  }))
  const isRefused = failOn === 'warning' && diagnostics.length > 0
  if (isRefused)
    invocation.warn(
      `${counted(diagnostics.length, 'warning')}, and --fail-on warning`,
      'correct them, or take away those that are right, with a reason: # tokenidp-ignore',
    )
  return {
    exit: isRefused ? EXIT.invalid : EXIT.ok,
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
