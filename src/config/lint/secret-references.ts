import type { Graph } from '../graph.ts'
import type { Path } from '../locate.ts'
import { type SecretValue, sourceOf } from '../normal/secret.ts'
import { REFERENCES, type ReferenceKind, USUAL_REFERENCES } from '../reference.ts'
import type { Item } from '../schema.ts'
import type { Finding, Rule } from './rule.ts'

const FIELDS: Readonly<Record<ReferenceKind, string>> = {
  env: 'fromEnv',
  file: 'fromFile',
  sops: 'fromSops',
  exec: 'fromExec',
}

/** What the project says of where its secrets come from holds for whoever adds a document to it. */
export const secretReferences: Rule = {
  code: 'TIDP2090',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    const allowed = graph.project.document.spec?.secrets?.allow ?? USUAL_REFERENCES
    for (const { item, path, value } of secretsIn(graph)) {
      const source = sourceOf(value, () => '')
      const kind = REFERENCES.find((each) => each === source.from)
      if (kind !== undefined && !allowed.includes(kind))
        yield {
          item,
          path: [...path, FIELDS[kind]],
          message: `the project does not allow ${FIELDS[kind]}`,
          hint: hintFor(kind, allowed),
        }
      else if (source.from === 'exec' && isInProject(source.command[0] ?? ''))
        yield {
          item,
          path: [...path, FIELDS.exec, 'command', 0],
          message: 'a program is named by its absolute path, or by its name alone',
          hint: 'whoever changes the documents could change what is in the project, too',
        }
    }
  },
}

const isInProject = (program: string): boolean => program.includes('/') && !program.startsWith('/')

function hintFor(kind: ReferenceKind, allowed: readonly ReferenceKind[]): string {
  const others = allowed.map((each) => FIELDS[each]).join(', ')
  return `use ${others || 'generate'}, or add ${kind} to spec.secrets.allow of the Project`
}

interface Secret {
  readonly item: Item
  readonly path: Path
  readonly value: SecretValue
}

function* secretsIn(graph: Graph): Iterable<Secret> {
  for (const item of graph.all('Application'))
    for (const [index, { value }] of (item.document.spec.clientAuth?.secrets ?? []).entries())
      yield { item, path: ['spec', 'clientAuth', 'secrets', index, 'value'], value }
  for (const item of graph.all('User'))
    for (const field of ['password', 'cibaUserCode'] as const) {
      const value = item.document.spec[field]
      if (value !== undefined) yield { item, path: ['spec', field], value }
    }
}
