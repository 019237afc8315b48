import type { SecretSource } from './desired-state.ts'

/** Where a secret may come from that is written down as a reference. */
export const REFERENCES = ['env', 'file', 'sops', 'exec'] as const

export type ReferenceKind = (typeof REFERENCES)[number]

/** `exec` runs programs, so that a project has to say it. */
export const USUAL_REFERENCES: readonly ReferenceKind[] = ['env', 'file', 'sops']

/** A source as people read it; never a value. */
export function referenceText(source: SecretSource): string {
  switch (source.from) {
    case 'env':
      return `env:${source.name}`
    case 'file':
      return `file:${source.path}`
    case 'sops':
      return `sops:${source.file}#${source.path}`
    case 'exec':
      return `exec:${source.command.join(' ')}`
    case 'literal':
    case 'generate':
      return source.from
    case 'kept':
      return 'literal'
  }
}
