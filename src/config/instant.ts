import type { EpochSeconds } from '../base/time.ts'

/** How documents write one, whether or not there is such a day. */
export const INSTANT = '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$'

const FORM = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/** `2027-01-31T00:00:00Z` → seconds since 1970; undefined for a day or time that does not exist. */
export function epochSeconds(text: string): EpochSeconds | undefined {
  const [year, month, day, hour, minute, second] = (FORM.exec(text) ?? []).slice(1).map(Number)
  if (year === undefined || month === undefined || day === undefined) return undefined
  if (hour === undefined || minute === undefined || second === undefined) return undefined
  if (day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59)
    return undefined
  return daysBefore(year, month) * 86_400 + (day - 1) * 86_400 + hour * 3600 + minute * 60 + second
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

const daysIn = (year: number, month: number): number =>
  (DAYS[month - 1] ?? 0) + Number(month === 2 && isLeap(year))

function daysBefore(year: number, month: number): number {
  const years = year - 1
  const leaps = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400)
  const whole = years * 365 + leaps - 719_162
  return Array.from({ length: month - 1 }, (_, index) => daysIn(year, index + 1)).reduce(
    (sum, days) => sum + days,
    whole,
  )
}

/** The other way round. */
export function instantText(at: EpochSeconds): string {
  const days = Math.floor(at / 86_400)
  const rest = at - days * 86_400
  const { year, month, day } = dateOf(days)
  const time = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60]
  return `${padded(year, 4)}-${padded(month)}-${padded(day)}T${time.map((part) => padded(part)).join(':')}Z`
}

const padded = (part: number, width = 2): string => String(part).padStart(width, '0')

/** Of a number of days since 1970. */
function dateOf(days: number): { year: number; month: number; day: number } {
  let year = 1970 + Math.floor(days / 366)
  while (daysBefore(year + 1, 1) <= days) year += 1
  let month = 12
  while (daysBefore(year, month) > days) month -= 1
  return { year, month, day: days - daysBefore(year, month) + 1 }
}
