import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const CHOICE = process.env.CHROMIUM ?? ''
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

const found = (): string | undefined => PLACES.find((place) => existsSync(place))

/** Chromium as found, or as Debian has it where we may install it; never a silent skip. */
function chromiumPath(): string {
  if (CHOICE !== '') {
    if (!existsSync(CHOICE)) throw new Error(`CHROMIUM is ${CHOICE}, and there is nothing`)
    return CHOICE
  }
  const before = found()
  if (before !== undefined) return before
  if (existsSync('/usr/bin/apt-get') && process.getuid?.() === 0) {
    // Its own words go to the terminal; whether it helped is seen below.
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit' })
    spawnSync('apt-get', ['install', '-y', '-qq', 'chromium'], { stdio: 'inherit' })
  }
  const after = found()
  if (after === undefined)
    throw new Error('Chromium is not here: install the package `chromium` or set CHROMIUM to it')
  return after
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
