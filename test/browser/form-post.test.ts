import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { openDoor, PASSWORD } from '../support/door.ts'
import { authorizeUrl } from '../support/visitor.ts'

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

const address = (change: Record<string, string> = {}): string =>
  authorizeUrl(door, { response_mode: 'form_post', state: '"><b>&', ...change })

/** What reaches the application while something is done. */
async function postedWhile(page: Page, act: () => Promise<unknown>) {
  const [request] = await Promise.all([
    page.waitForRequest((sent) => sent.method() === 'POST' && sent.url().startsWith(door.home)),
    act(),
  ])
  await page.waitForURL(`${door.home}/**`)
  const fields = Object.fromEntries(new URLSearchParams(request.postData() ?? ''))
  return { fields, origin: await request.headerValue('origin'), url: page.url() }
}

async function signIn(page: Page): Promise<void> {
  await page.fill('[name=username]', 'alice')
  await page.fill('[name=password]', PASSWORD)
  await page.click('[value=sign-in]')
}

describe('OAuth 2.0 Form Post Response Mode in Chromium', () => {
  test('with script the page posts itself, under its policy', async () => {
    context = await browser.newContext()
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    await page.goto(address())
    const { fields, origin, url } = await postedWhile(page, () => signIn(page))
    expect(fields).toEqual({ code: expect.any(String), state: '"><b>&', iss: door.issuer })
    expect(origin).toBe(new URL(door.issuer).origin)
    expect(url).toBe(`${door.home}/callback`)
    const silent = await postedWhile(page, () => page.goto(address({ prompt: 'none' })))
    expect(silent.fields).toHaveProperty('code')
    expect(complaints.filter((text) => /security policy/i.test(text))).toEqual([])
  })

  test('without script its button posts', async () => {
    context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(address())
    await signIn(page)
    expect(await page.textContent('h1')).toBe('Back to the application')
    const { fields } = await postedWhile(page, () => page.click('button'))
    expect(fields).toEqual({ code: expect.any(String), state: '"><b>&', iss: door.issuer })
    await page.goto(address({ max_age: 'x' }))
    const { fields: refusal } = await postedWhile(page, () => page.click('button'))
    expect(refusal).toMatchObject({ error: 'invalid_request', state: '"><b>&' })
  })
})
