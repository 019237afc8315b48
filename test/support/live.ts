import type { DesiredState } from '../../src/config/desired-state.ts'
import { specHash } from '../../src/deploy/plan/digests.ts'
import type { ConfigObject } from '../../src/store/config-port.ts'

/** The rows that applying this state would leave. */
export const rowsOf = ({ project, objects }: DesiredState): readonly ConfigObject[] =>
  objects.map((object) => ({
    uid: `${object.kind} ${object.tenant} ${object.name}`,
    kind: object.kind,
    tenant: object.tenant,
    name: object.name,
    owner: `git:${project.id}`,
    spec: object.spec,
    specHash: specHash(object.spec),
    appliedHash: specHash(object.spec),
    isProtected: object.isProtected,
    reconcile: object.reconcile,
    originFile: object.at.file,
    originLine: object.at.line,
    revision: 1,
  }))
