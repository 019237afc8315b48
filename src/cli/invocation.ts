import type { Diagnostic, Position } from '../base/diagnostic.ts'
import type { JsonObject } from '../base/json.ts'
import type { Random } from '../base/random.ts'
import type { Clock } from '../base/time.ts'
import type { Variables } from './environment.ts'
import type { ExitCode } from './exit.ts'
import type { Interruption } from './interruption.ts'
import type { Io } from './io.ts'
import type { GlobalOptions } from './options.ts'
import type { Paint } from './paint.ts'
import type { Progress } from './progress.ts'
import type { Trace } from './trace.ts'

/** What surrounds the program; made once, in `main`. */
export interface World {
  readonly io: Io
  readonly variables: Variables
  /** Where the command was given. */
  readonly directory: string
  readonly clock: Clock
  readonly random: Random
  /** Of this process: memory in bytes, processor time in seconds. */
  readonly usage: () => { readonly rss: number; readonly cpu: number }
  /** Who gave it, as the machine knows. */
  readonly user: string
  /** Told when a command ends while work of it goes on. */
  readonly onLeft?: () => void
  /** How to start this very program again. */
  readonly self: { readonly node: string; readonly nodeVersion: string; readonly script: string }
}

/** What the findings were found in. */
export interface Documents {
  /** The folder that `at.file` is relative to. */
  readonly root: string
  readonly sources: ReadonlyMap<string, string>
}

/** One command as it was given. */
export interface Invocation {
  readonly world: World
  readonly global: GlobalOptions
  readonly paint: { readonly out: Paint; readonly err: Paint }
  readonly progress: Progress
  readonly trace: Trace
  readonly interruption: Interruption
  /** Shown on stderr at once, and in `diagnostics[]` of the document. */
  warn(message: string, hint?: string): void
  /** Into the document and the reports. */
  report(found: readonly Diagnostic[], documents: Documents): void
}

/** What a command came to: printed as text, or as one JSON document of this kind. */
export interface Outcome {
  readonly exit: ExitCode
  readonly kind: string
  readonly body: JsonObject
  readonly text: string
  /** Of commands that write reports. */
  readonly markdown?: string
  /** What was tried, of commands that try something. */
  readonly cases?: readonly Case[]
}

/** One of the things that were tried. */
export interface Case {
  readonly name: string
  readonly at: Position
  /** What was otherwise than expected. */
  readonly failure?: string
}
