import { isAbsolute, join, relative, sep } from 'node:path'
import type { Diagnostic, Position } from '../../base/diagnostic.ts'
import { CODES, type Code } from '../../config/codes.ts'
import type { Case } from '../invocation.ts'

/** What reports for other programs are made of. */
export interface Findings {
  /** In reading order. */
  readonly diagnostics: readonly Diagnostic[]
  readonly remarks: readonly { readonly message: string }[]
  /** Why the command failed, when it did. */
  readonly failure?: string
  /** What the command printed, or would have. */
  readonly text: string
  /** Of a command that tries things: all that it tried. */
  readonly cases?: readonly Case[]
  /** The text of every file that was read, by its name. */
  readonly sources: ReadonlyMap<string, string>
  /** The name of a file as the readers of the report know it. */
  pathOf(file: string): string
}

export const isOurs = (code: Diagnostic['code']): code is Code => Object.hasOwn(CODES, code)

/** Relative to the folder that readers take for the top, with `/`. Where the project is elsewhere, to the project. */
export function pathFrom(top: string, root: string | undefined): (file: string) => string {
  const folder = root === undefined ? '' : relative(top, root)
  const isBelow = !folder.startsWith('..') && !isAbsolute(folder)
  return (file) => (isBelow ? join(folder, file) : file).split(sep).join('/')
}

/** Errors first, each kind in reading order, and no more than that many. */
export function gravest(diagnostics: readonly Diagnostic[], most: number): readonly Diagnostic[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const others = diagnostics.filter(({ severity }) => severity !== 'error')
  return [...errors, ...others].slice(0, most)
}

export const placeText = ({ line, column }: Position, path: string): string =>
  `${path}:${line}:${column}`

/** The message with what to do, for readers that show one text. */
export const fullText = ({ message, hint }: Diagnostic): string =>
  hint === undefined ? message : `${message}\nhelp: ${hint}`
