/** How much a change may cost those who depend on it, from the least to the most. */
export const RISKS = ['safe', 'caution', 'security-relaxing', 'breaking', 'destructive'] as const

export type Risk = (typeof RISKS)[number]

export const isGraver = (risk: Risk, than: Risk): boolean =>
  RISKS.indexOf(risk) > RISKS.indexOf(than)

export const gravest = (risks: Iterable<Risk>): Risk => {
  let worst: Risk = 'safe'
  for (const risk of risks) if (isGraver(risk, worst)) worst = risk
  return worst
}
