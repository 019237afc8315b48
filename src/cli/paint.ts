import type { ChalkInstance } from 'chalk'

/** The few ways we mark text, so that every command marks the same thing alike. */
export interface Paint {
  readonly strong: (text: string) => string
  readonly faint: (text: string) => string
  readonly good: (text: string) => string
  readonly warn: (text: string) => string
  readonly bad: (text: string) => string
}

const same = (text: string): string => text

const PLAIN: Paint = { strong: same, faint: same, good: same, warn: same, bad: same }

export async function paintFor(isColoured: boolean): Promise<Paint> {
  if (!isColoured) return PLAIN
  const { Chalk } = await import('chalk')
  const chalk: ChalkInstance = new Chalk({ level: 1 })
  return {
    strong: (text) => chalk.bold(text),
    faint: (text) => chalk.dim(text),
    good: (text) => chalk.green(text),
    warn: (text) => chalk.yellow(text),
    bad: (text) => chalk.red(text),
  }
}
