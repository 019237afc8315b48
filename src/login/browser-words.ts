/** In the order in which they pretend to be each other. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\/|Opera/, 'Opera'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrom(e|ium)\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone|iPad|iPod/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Macintosh|Mac OS X/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux|X11/, 'Linux'],
]

/** What a person recognises a browser by, in words of ours: nothing of the header is kept. */
export function browserWords(userAgent: string | undefined): string | undefined {
  if (userAgent === undefined) return undefined
  const browser = wordFor(userAgent, BROWSERS)
  const system = wordFor(userAgent, SYSTEMS)
  if (browser === undefined || system === undefined) return browser ?? system
  return `${browser} on ${system}`
}

const wordFor = (text: string, words: readonly (readonly [RegExp, string])[]) =>
  words.find(([pattern]) => pattern.test(text))?.[1]
