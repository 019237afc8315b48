import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { openDoor, PASSWORD } from '../support/door.ts'
import { authorizeUrl, tokensFor } from '../support/visitor.ts'

let door: Awaited<ReturnType<typeof openDoor>>
let browser: Browser
const contexts: BrowserContext[] = []

beforeAll(async () => {
  door = await openDoor()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  await door.close()
})
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close()
})

async function signedIn(
  clientId: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ readonly page: Page; readonly idToken: string }> {
  const context = await browser.newContext(options)
  contexts.push(context)
  const page = await context.newPage()
  await page.goto(authorizeUrl(door, { client_id: clientId }))
  await page.fill('[name=username]', 'alice')
  await page.fill('[name=password]', PASSWORD)
  await page.click('[value=sign-in]')
  await page.waitForURL(`${door.home}/**`)
  const answer = { url: new URL(page.url()), status: 200, headers: new Headers(), html: '' }
  return { page, idToken: String((await tokensFor(door, answer, clientId)).body.id_token) }
}

describe.each([{ javaScriptEnabled: true }, { javaScriptEnabled: false }])(
  'L6 a sign-out with frames, %o',
  (options) => {
    test('opens each application’s frame and goes back by itself', async () => {
      const { page, idToken } = await signedIn('framed', options)
      const asked: string[] = []
      const complaints: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      page.on('console', (message) => complaints.push(message.text()))
      const bye = `${door.home}/bye`
      const query = { id_token_hint: idToken, post_logout_redirect_uri: bye, state: 's' }
      await page.goto(`${door.issuer}/logout?${new URLSearchParams(query)}`)
      await page.waitForURL(`${bye}?state=s`)
      const frame = asked.find((url) => url.startsWith(`${door.home}/frame`)) ?? ''
      expect(Object.fromEntries(new URL(frame).searchParams)).toEqual({
        kept: 'a',
        iss: door.issuer,
        sid: expect.stringMatching(/^[\w-]{22}$/),
      })
      expect(complaints.filter((text) => /Content Security Policy/.test(text))).toEqual([])
    })
  },
)

describe.each([375, 1280])('the list of sessions, %i wide', (width) => {
  test('fits, can be read by everybody, and ends another session', async () => {
    const other = await signedIn('framed')
    const { page } = await signedIn('own', { viewport: { width, height: 800 } })
    await page.goto(`${door.issuer}/account/sessions`)
    expect(await page.textContent('h1')).toBe('Where you are signed in')
    expect(await page.textContent('.sessions li:first-child')).toMatch(
      /Chrome on \w+.*This browser/,
    )
    const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
    expect(wider).toBe(false)
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id }) => id)).toEqual([])
    const shots = process.env.SCREENSHOTS
    if (shots !== undefined)
      await page.screenshot({ path: `${shots}/sessions-${width}.png`, fullPage: true })
    await page.click('[value=end-others]')
    await page.waitForURL(`${door.issuer}/account/sessions`)
    expect(await page.locator('.sessions li').count()).toBe(1)
    await other.page.goto(`${door.issuer}/account/sessions`)
    expect(new URL(other.page.url()).pathname).toBe('/acme/login')
  })
})
