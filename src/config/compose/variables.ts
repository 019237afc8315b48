import type { Diagnostic, Position } from '../../base/diagnostic.ts'
import { nearest } from '../../base/nearest.ts'
import type { Known, Refused, Scope } from './substitute.ts'
import {
  type Declaration,
  declarationOf,
  declaredIn,
  readValue,
  type Sources,
  writtenValue,
  wrongAllowed,
} from './values.ts'
import {
  leadsBack,
  unknownNames,
  unknownVariable,
  unusedVariables,
  withoutValue,
} from './variable-problems.ts'

export interface Variables {
  /** For what counts in this environment. */
  readonly inForce: Scope
  /** For what does not: variables have to exist there too, and need no value. */
  readonly elsewhere: Scope
  /** What is wrong with the values, whoever uses them. */
  readonly diagnostics: readonly Diagnostic[]
  /** To be asked when all documents were looked at. */
  unused(): readonly Diagnostic[]
}

/** What became of a variable: `told` that it has no value, once. */
type State = Known | 'open' | 'broken' | 'unset' | 'told'

/** The variables of a project, with their values in one environment. */
export function variablesOf(sources: Sources): Variables {
  const { project, environments, text } = sources
  const declared = declaredIn(project)
  const used = new Set<string>()
  const undeclared = (name: string, at: Position): Refused => ({
    refused: [unknownVariable(name, at, project, (meant) => `\${var.${meant}}`)],
  })
  const meant = (name: string) => nearest(name, Object.keys(declared))
  const inForce: Scope = {
    meant,
    text,
    variable(name, at) {
      used.add(name)
      const declaration = declarationOf(declared, name)
      if (declaration === undefined) return undeclared(name, at)
      const state = settled.stateOf(name, declaration)
      if (typeof state === 'object') return state
      if (state === 'open') return { refused: [leadsBack(name, at)] }
      if (state !== 'unset') return { refused: [] }
      settled.tell(name)
      return { refused: [withoutValue(name, at, declaration, sources)] }
    },
  }
  const settled = settling(sources, inForce)
  for (const [name, declaration] of Object.entries(declared)) settled.stateOf(name, declaration)
  return {
    inForce,
    elsewhere: {
      meant,
      text: () => ({ refused: [] }),
      variable(name, at) {
        used.add(name)
        return Object.hasOwn(declared, name) ? { refused: [] } : undeclared(name, at)
      },
    },
    diagnostics: [
      ...settled.diagnostics,
      ...Object.keys(declared).flatMap((name) => wrongAllowed(name, project)),
      ...environments.flatMap((each) => unknownNames(each, project)),
    ],
    unused: () => unusedVariables(project, used),
  }
}

/** Values are made when they are first asked for, each once. */
function settling(sources: Sources, scope: Scope) {
  const states = new Map<string, State>()
  const diagnostics: Diagnostic[] = []
  const made = (name: string, declaration: Declaration): State => {
    const written = writtenValue(name, declaration, sources)
    if (written === undefined) return 'unset'
    const { value, found } = readValue(written, declaration, scope)
    diagnostics.push(...found)
    if (value === undefined) return 'broken'
    return { value, size: JSON.stringify(value).length, standIn: written.standIn }
  }
  return {
    diagnostics,
    tell: (name: string) => void states.set(name, 'told'),
    stateOf(name: string, declaration: Declaration): State {
      const known = states.get(name)
      if (known !== undefined) return known
      states.set(name, 'open')
      const state = made(name, declaration)
      states.set(name, state)
      return state
    },
  }
}
