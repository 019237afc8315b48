const NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a map',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  string: 'a string',
  null: 'empty',
}

/** A type of JSON Schema as people call it. */
export const typeNamed = (type: string): string => NAMES[type] ?? type
