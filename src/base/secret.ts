import { inspect } from 'node:util'

/** A secret's value in memory. Printing it, in whatever way, gives its source and never its value. */
export class Secret {
  readonly #value: string
  readonly source: string

  constructor(value: string, source: string) {
    this.#value = value
    this.source = source
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return `<secret ${this.source}>`
  }

  toJSON(): string {
    return this.toString()
  }

  [inspect.custom](): string {
    return this.toString()
  }
}
