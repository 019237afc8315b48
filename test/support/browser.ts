import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { requireProgram } from './package.ts'

const CHOICE = process.env.CHROMIUM ?? ''
const DEBIAN = '/usr/bin/chromium'
const PLACES = [
  DEBIAN,
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Chromium as found, or as Debian has it where we may install it; never a silent skip. */
function chromiumPath(): string {
  if (CHOICE !== '') {
    if (!existsSync(CHOICE)) throw new Error(`CHROMIUM is ${CHOICE}, and there is nothing`)
    return CHOICE
  }
  const found = PLACES.find((place) => existsSync(place))
  if (found === undefined) requireProgram(DEBIAN, 'chromium')
  return found ?? DEBIAN
}

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath(),
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
