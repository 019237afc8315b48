import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { openDoor, PASSWORD } from '../support/door.ts'
import { authorizeUrl, tokensFor } from '../support/visitor.ts'

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

const asked = (prompt: string): string => authorizeUrl(door, { prompt })

async function enter(page: Page, username: string): Promise<void> {
  await page.fill('[name=username]', username)
  await page.fill('[name=password]', PASSWORD)
  await page.click('[value=sign-in]')
}

/** Whom the answer to the application names. */
async function subjectAt(page: Page): Promise<string | undefined> {
  await page.waitForURL(`${door.home}/**`)
  const { claims } = await tokensFor(door, { url: new URL(page.url()) })
  return claims.sub
}

/** A browser that alice signed in to, and bob after her. */
async function shared(options: Parameters<Browser['newContext']>[0]) {
  context = await browser.newContext(options)
  const page = await context.newPage()
  await page.goto(asked('login'))
  await enter(page, 'alice')
  const alice = await subjectAt(page)
  await page.goto(asked('login'))
  await enter(page, 'bob')
  const bob = await subjectAt(page)
  await page.goto(asked('select_account'))
  expect(await page.textContent('h1')).toBe('Choose an account')
  return { page, alice, bob }
}

const PHONE = { viewport: { width: 375, height: 800 }, javaScriptEnabled: false }
const DESK = { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' as const }

describe.each([PHONE, DESK])('%o', (options) => {
  test('whoever is picked goes on', async () => {
    const { page, alice, bob } = await shared(options)
    expect(alice).not.toBe(bob)
    await page.click('button:has-text("alice@acme.example")')
    expect(await subjectAt(page)).toBe(alice)
    await page.goto(asked('select_account'))
    await page.click('button:has-text("bob@acme.example")')
    expect(await subjectAt(page)).toBe(bob)
  })

  test('who signs in again instead is there once', async () => {
    const { page, alice } = await shared(options)
    await page.click('[value=another]')
    await enter(page, 'alice')
    expect(await subjectAt(page)).toBe(alice)
    await page.goto(asked('select_account'))
    expect(await page.locator('[name=account]').count()).toBe(2)
  })

  test('cancel is told to the application', async () => {
    const { page } = await shared(options)
    await page.click('[value=cancel]')
    await page.waitForURL(`${door.home}/**`)
    expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied')
  })

  test('the page fits and can be read by everybody', async () => {
    // axe is a script.
    const { page } = await shared({ ...options, javaScriptEnabled: true })
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id }) => id)).toEqual([])
    const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
    expect(wider).toBe(false)
  })
})
