export const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0

export interface Figure {
  readonly measure: string
  readonly actual: number
  readonly goal?: number
  readonly unit: string
}
