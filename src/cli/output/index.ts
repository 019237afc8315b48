import { Apply, Plan, SavedPlan } from './plan.ts'

/** Every document that the program writes, by the name of its file. Imported by what writes `schemas/` only. */
const OUTPUTS = {
  plan: Plan,
  apply: Apply,
  'saved-plan': SavedPlan,
} as const

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

/** The files of `schemas/output/`, by name. */
export const outputFiles = (): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(OUTPUTS).map(([name, schema]) => [
      `${name}.json`,
      `${JSON.stringify({ $schema: DIALECT, ...schema }, null, 2)}\n`,
    ]),
  )
