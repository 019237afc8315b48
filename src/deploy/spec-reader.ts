import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import { addressOf } from '../config/desired-state.ts'
import type { ConfigObject } from '../store/config-port.ts'

/** Reads a stored spec member by member. What is absent or of another type ends the compilation, by name. */
export class SpecReader {
  readonly #address: string
  readonly #spec: JsonObject

  constructor(address: string, spec: JsonObject) {
    this.#address = address
    this.#spec = spec
  }

  has(name: string): boolean {
    return this.#spec[name] !== undefined
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.#refuse(name, 'a string')
  }

  optionalText(name: string): string | undefined {
    const value = this.#spec[name]
    if (value === undefined || typeof value === 'string') return value
    return this.#refuse(name, 'a string')
  }

  oneOf<V extends string>(name: string, values: readonly V[]): V {
    const found = values.find((value) => value === this.#spec[name])
    return found ?? this.#refuse(name, `one of ${values.join(', ')}`)
  }

  integer(name: string): number {
    return this.optionalInteger(name) ?? this.#refuse(name, 'a whole number')
  }

  optionalInteger(name: string): number | undefined {
    const value = this.#spec[name]
    if (value === undefined) return undefined
    return typeof value === 'number' && Number.isSafeInteger(value)
      ? value
      : this.#refuse(name, 'a whole number')
  }

  flag(name: string): boolean {
    const value = this.#spec[name]
    return typeof value === 'boolean' ? value : this.#refuse(name, 'true or false')
  }

  texts(name: string): readonly string[] {
    return this.#list(name).map((item) =>
      typeof item === 'string' ? item : this.#refuse(name, 'a list of strings'),
    )
  }

  someOf<V extends string>(name: string, values: readonly V[]): readonly V[] {
    const known = (item: Json): V =>
      values.find((value) => value === item) ?? this.#refuse(name, `of ${values.join(', ')}`)
    return this.#list(name).map(known)
  }

  child(name: string): SpecReader {
    return this.#below(name, this.#spec[name])
  }

  optionalChild(name: string): SpecReader | undefined {
    return this.#spec[name] === undefined ? undefined : this.child(name)
  }

  children(name: string): readonly SpecReader[] {
    return this.#list(name).map((item, index) => this.#below(`${name}[${index}]`, item))
  }

  optionalChildren(name: string): readonly SpecReader[] {
    return this.has(name) ? this.children(name) : []
  }

  json(name: string): Json {
    return this.#spec[name] ?? this.#refuse(name, 'a value')
  }

  objects(name: string): readonly JsonObject[] {
    return this.#list(name).map((item) =>
      isJsonObject(item) ? item : this.#refuse(name, 'a list of maps'),
    )
  }

  #list(name: string): readonly Json[] {
    const value = this.#spec[name]
    return isList(value) ? value : this.#refuse(name, 'a list')
  }

  #below(name: string, value: Json | undefined): SpecReader {
    if (value === null || typeof value !== 'object' || isList(value))
      return this.#refuse(name, 'a map')
    return new SpecReader(`${this.#address}.${name}`, value)
  }

  #refuse(name: string, wanted: string): never {
    throw new Error(`${this.#address}.${name} is not ${wanted}`)
  }
}

export const specOf = (object: ConfigObject): SpecReader =>
  new SpecReader(addressOf(object), object.spec)

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)
