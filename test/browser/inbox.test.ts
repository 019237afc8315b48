import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { asking } from '../support/asking.ts'
import { openBrowser } from '../support/browser.ts'
import { openDoor, PASSWORD } from '../support/door.ts'

let door: Awaited<ReturnType<typeof openDoor>>
let browser: Browser
let context: BrowserContext

beforeAll(async () => {
  door = await openDoor()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  await door.close()
})
afterEach(() => context.close())

/** Alice at a page of ours that made her sign in first. */
async function open(path: string, options: Parameters<Browser['newContext']>[0]): Promise<Page> {
  context = await browser.newContext(options)
  const page = await context.newPage()
  await page.goto(`${door.issuer}${path}`)
  await page.fill('[name=username]', 'alice')
  await page.fill('[name=password]', PASSWORD)
  await page.click('[value=sign-in]')
  await page.waitForURL(`${door.issuer}${path}`)
  return page
}

/** Can be read by everybody, and fits. */
async function isFit(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect([name, violations.map(({ id }) => id)]).toEqual([name, []])
  const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
  expect([name, wider]).toEqual([name, false])
  const shots = process.env.SCREENSHOTS
  const file = `${name}-${page.viewportSize()?.width}.png`
  if (shots !== undefined) await page.screenshot({ path: `${shots}/${file}`, fullPage: true })
}

const PHONE = { viewport: { width: 375, height: 800 }, javaScriptEnabled: false }
const DESK = { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' as const }

describe.each([PHONE, DESK])('%o', (options) => {
  // axe is a script.
  const readable = { ...options, javaScriptEnabled: true }

  test('what waits for somebody is answered in their inbox', async () => {
    const bank = asking(door)
    const id = await bank.ask({ binding_message: 'Pay 20 EUR to Corner Shop, order 4711' })
    const page = await open('/ciba', options)
    expect(await page.textContent('body')).toContain('Pay 20 EUR to Corner Shop')
    await page.click('[value=allow]')
    expect(await page.textContent('body')).toContain('You allowed it')
    expect((await bank.poll(id)).body).toMatchObject({ token_type: 'Bearer' })
  })

  test('the inbox, full and empty, and the account fit and can be read by everybody', async () => {
    await asking(door).ask({ binding_message: 'Pay 20 EUR to Corner Shop, order 4711' })
    const page = await open('/ciba', readable)
    await isFit(page, 'inbox')
    await page.click('[value=deny]')
    await isFit(page, 'inbox-answered')
    await page.goto(`${door.issuer}/ciba`)
    await isFit(page, 'inbox-empty')
    await page.goto(`${door.issuer}/account`)
    await isFit(page, 'account')
  })
})
