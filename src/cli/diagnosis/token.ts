import { bad, type Diagnosis, OF_NOBODY } from './finding.ts'
import { jwtDiagnosis } from './jwt.ts'
import { opaqueDiagnosis } from './opaque.ts'
import type { Place } from './place.ts'

const MAX_LENGTH = 16_384

export async function diagnose(token: string, place: Place): Promise<Diagnosis> {
  const parts = token.split('.').length
  if (token.length > MAX_LENGTH)
    return { ...OF_NOBODY, form: 'unknown', findings: [bad('form', 'it is too long for a token')] }
  if (parts === 5)
    return {
      ...OF_NOBODY,
      form: 'encrypted',
      findings: [bad('form', 'it is encrypted: only whom it is for can read it')],
    }
  return parts === 3 ? jwtDiagnosis(token, place) : opaqueDiagnosis(token, place)
}
