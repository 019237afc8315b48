import { Ajv2020, type Options } from 'ajv/dist/2020.js'

/** Reads schemas as they are published here, with the notes that they make beside what is standard. */
export const schemaReader = (options: Options = {}): Ajv2020 =>
  new Ajv2020({
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    strictTypes: false,
    keywords: ['x-set', 'x-says'],
    ...options,
  })
