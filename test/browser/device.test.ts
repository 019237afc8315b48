import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { signedInAt, television, typeCode } from '../support/device.ts'
import { type Door, movableClock, openDoor, PASSWORD } from '../support/door.ts'
import { times } from '../support/rows.ts'

const clock = movableClock()
let door: Door
let browser: Browser
let context: BrowserContext

beforeAll(async () => {
  door = await openDoor({ clock })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  await door.close()
})
afterEach(() => context.close())

async function open(
  url: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Page> {
  context = await browser.newContext(options)
  const page = await context.newPage()
  await page.goto(url)
  return page
}

async function enter(page: Page): Promise<void> {
  await page.fill('[name=username]', 'alice')
  await page.fill('[name=password]', PASSWORD)
  await page.click('[value=sign-in]')
}

describe.each([{ javaScriptEnabled: true }, { javaScriptEnabled: false }])('%o', (options) => {
  test('type the code, look, allow', async () => {
    const tv = television(door)
    const asked = await tv.ask()
    const page = await open(asked.body.verification_uri ?? '', options)
    await enter(page)
    await page.fill('[name=user_code]', (asked.body.user_code ?? '').toLowerCase())
    await page.keyboard.press('Enter')
    await page.waitForSelector('p.code')
    expect(await page.textContent('h1')).toBe('Allow Television on your device?')
    expect(await page.textContent('p.code')).toBe(asked.body.user_code)
    await page.click('[value=allow]')
    expect(await page.textContent('h1')).toBe('Your device is connected')
    expect((await tv.poll(asked)).status).toBe(200)
  })

  test('come with the code in the link, look, deny', async () => {
    const tv = television(door)
    const asked = await tv.ask()
    const page = await open(asked.body.verification_uri_complete ?? '', options)
    await enter(page)
    expect(await page.inputValue('[name=user_code]')).toBe(asked.body.user_code)
    await page.click('[value=continue]')
    await page.click('[value=deny]')
    expect(await page.textContent('h1')).toBe('The device was refused')
    expect((await tv.poll(asked)).body.error).toBe('access_denied')
  })
})

describe.each([
  { width: 375, colorScheme: 'light' },
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
] as const)('pages at $width in $colorScheme', ({ width, colorScheme }) => {
  test('pass axe and fit the screen', async () => {
    const shots = process.env.SCREENSHOTS
    // Past the guesses of the last one.
    clock.forward(600)
    const tv = television(door, 'tv', { 'user-agent': `television/1 ${'x'.repeat(180)}` })
    const asked = await tv.ask({ scope: 'openid email profile offline_access orders:read' })
    const viewport = { width, height: 800 }
    const page = await open(asked.body.verification_uri ?? '', { viewport, colorScheme })
    const look = async (name: string): Promise<void> => {
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.map(({ id, nodes }) => [name, id, nodes[0]?.html])).toEqual([])
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect([name, overflow]).toEqual([name, 0])
      if (shots)
        await page.screenshot({
          path: `${shots}/device-${name}-${width}-${colorScheme}.png`,
          fullPage: true,
        })
    }
    await enter(page)
    await look('code')
    const type = async (code: string) => {
      await page.fill('[name=user_code]', code)
      await page.click('[value=continue]')
    }
    await type('BCDF-GHJK')
    await look('failed')
    await type(asked.body.user_code ?? '')
    await look('confirm')
    await page.click('[value=allow]')
    await look('allowed')
    const again = await tv.ask()
    await page.goto(again.body.verification_uri_complete ?? '')
    await look('prefilled')
    await page.click('[value=continue]')
    await page.click('[value=deny]')
    await look('denied')
    const alice = await signedInAt(door)
    await times(10, () => typeCode(alice, door, 'BCDF-GHJK'))
    await page.goto(asked.body.verification_uri ?? '')
    await type('BCDF-GHJK')
    expect(await page.textContent('h1')).toBe('Too many codes were wrong')
    await look('too-many')
  })
})
