import type { Diagnostic, Position } from '../../base/diagnostic.ts'
import { nearest } from '../../base/nearest.ts'
import { diagnostic } from '../codes.ts'
import type { ParsedDocument } from '../parse.ts'
import type { Item } from '../schema.ts'
import { writtenName } from '../written-name.ts'
import { processVariable } from './given.ts'
import { type Declaration, declarationOf, declaredIn, type Sources, valuesIn } from './values.ts'

export function unknownVariable(
  name: string,
  at: Position,
  project: Item<'Project'>,
  written: (name: string) => string,
): Diagnostic {
  const names = Object.keys(declaredIn(project))
  const meant = nearest(name, names)
  const message = `unknown variable "${name}"`
  if (meant !== undefined)
    return diagnostic('TIDP1220', at, message, {
      hint: `did you mean "${meant}"?`,
      fixes: [{ description: `write ${written(meant)}`, at, text: written(meant) }],
      related: [
        {
          message: `"${meant}" is declared here`,
          at: project.source.atKey(['spec', 'vars', meant]),
        },
      ],
    })
  const known = names.length === 0 ? '' : `; known are ${names.slice(0, 8).join(', ')}`
  return diagnostic('TIDP1220', at, message, {
    hint: `declare it in spec.vars of the Project${known}`,
  })
}

export const unknownNames = (
  environment: ParsedDocument,
  project: Item<'Project'>,
): readonly Diagnostic[] =>
  Object.keys(valuesIn(environment))
    .filter((name) => declarationOf(declaredIn(project), name) === undefined)
    .map((name) =>
      unknownVariable(name, environment.atKey(['spec', 'vars', name]), project, (meant) => meant),
    )

export const leadsBack = (name: string, at: Position): Diagnostic =>
  diagnostic('TIDP1224', at, `the value of "${name}" is made of itself`, {
    hint: 'give one of the variables on the way a value without the next',
  })

export function withoutValue(
  name: string,
  at: Position,
  { external }: Declaration,
  { project, environment }: Sources,
): Diagnostic {
  const which = writtenName(environment)
  const outside = `pass --var ${name}=… or set ${processVariable(name)}`
  return diagnostic(
    'TIDP1221',
    at,
    `the variable "${name}" has no value in environment "${which}"`,
    {
      hint: `${external === true ? outside : `add ${name} to spec.vars of Environment "${which}"`}, or give it a default`,
      related: [
        { message: 'it is declared here', at: project.source.atKey(['spec', 'vars', name]) },
        { message: 'the environment is here', at: environment.at(['metadata', 'name']) },
      ],
    },
  )
}

/** Of the project's variables, those that nothing uses. */
export const unusedVariables = (
  project: Item<'Project'>,
  used: ReadonlySet<string>,
): readonly Diagnostic[] =>
  Object.keys(declaredIn(project))
    .filter((name) => !used.has(name))
    .map((name) =>
      diagnostic(
        'TIDP1225',
        project.source.atKey(['spec', 'vars', name]),
        `no document uses the variable "${name}"`,
        { hint: `write \${var.${name}} where its value belongs, or remove it` },
      ),
    )
