import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { enableAccount } from '../../src/accounts/index.ts'
import { openBrowser } from '../support/browser.ts'
import { openDoor, PASSWORD } from '../support/door.ts'
import { authorizeUrl as authorizationAt } from '../support/visitor.ts'

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

const authorizeUrl = (change: Record<string, string> = {}): string =>
  authorizationAt(door, { client_id: 'web', ...change })

async function open(
  url: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Page> {
  context = await browser.newContext(options)
  const page = await context.newPage()
  await page.goto(url)
  return page
}

async function enter(page: Page, username: string, password: string): Promise<void> {
  await page.fill('[name=username]', username)
  await page.fill('[name=password]', password)
  await page.click('[value=sign-in]')
}

async function answerAt(page: Page): Promise<URLSearchParams> {
  await page.waitForURL(`${door.home}/**`)
  return new URL(page.url()).searchParams
}

describe.each([{ javaScriptEnabled: true }, { javaScriptEnabled: false }])('%o', (options) => {
  test('sign in, allow, and be remembered', async () => {
    const page = await open(authorizeUrl({ prompt: 'consent' }), options)
    await enter(page, 'alice', PASSWORD)
    expect(await page.textContent('h1')).toContain('asks for access')
    await page.click('[value=allow]')
    const answer = await answerAt(page)
    expect(answer.get('code')).toHaveLength(51)
    expect(answer.get('state')).toBe('s-1')
    expect(answer.get('iss')).toBe(door.issuer)

    await page.goto(authorizeUrl({ prompt: 'none' }))
    expect((await answerAt(page)).get('code')).toHaveLength(51)
  })

  test('the person says no', async () => {
    const page = await open(authorizeUrl({ prompt: 'consent' }), options)
    await enter(page, 'alice@acme.example', PASSWORD)
    await page.click('[value=deny]')
    const answer = await answerAt(page)
    expect(answer.get('error')).toBe('access_denied')
    expect(answer.get('state')).toBe('s-1')
    expect(answer.get('iss')).toBe(door.issuer)
  })

  test('cancel at the sign-in page', async () => {
    const page = await open(authorizeUrl(), options)
    await page.click('[value=cancel]')
    expect((await answerAt(page)).get('error')).toBe('access_denied')
  })

  test('unknown, wrong and locked look the same', async () => {
    const page = await open(authorizeUrl({ login_hint: 'bob' }), options)
    expect(await page.inputValue('[name=username]')).toBe('bob')
    const shown = async (username: string, password: string) => {
      await enter(page, username, password)
      return page.textContent('[role=alert]')
    }
    const wrong = await shown('bob', 'wrong')
    expect(wrong).toContain('do not match')
    expect(await shown('nobody', PASSWORD)).toBe(wrong)
    for (let failures = 1; failures < 5; failures += 1)
      expect(await shown('bob', 'wrong')).toBe(wrong)
    expect(await shown('bob', PASSWORD)).toBe(wrong)
    await enableAccount('bob', door.accounts)
    await enter(page, 'bob', PASSWORD)
    expect(await page.textContent('h1')).toContain('asks for access')
  })

  test('sign out after a question', async () => {
    const page = await open(authorizeUrl({ client_id: 'own' }), options)
    await enter(page, 'alice', PASSWORD)
    await answerAt(page)
    await page.goto(`${door.issuer}/logout`)
    await page.click('[value=stay]')
    expect(await page.textContent('h1')).toBe('You are still signed in')
    await page.goto(`${door.issuer}/logout?client_id=web&post_logout_redirect_uri=${door.home}/bye`)
    await page.click('[value=logout]')
    expect(await page.textContent('h1')).toBe('You are signed out')
    await page.goto(authorizeUrl({ client_id: 'own', prompt: 'none' }))
    expect((await answerAt(page)).get('error')).toBe('login_required')
  })
})

describe('a session', () => {
  test('its cookie is new at each sign-in and no script can read it', async () => {
    const page = await open(authorizeUrl({ client_id: 'own' }))
    const sessions = async () =>
      (await context.cookies(door.issuer)).filter(({ name }) => name.includes('session'))
    await enter(page, 'alice', PASSWORD)
    await answerAt(page)
    const [first] = await sessions()
    await page.goto(authorizeUrl({ client_id: 'own', prompt: 'login' }))
    await enter(page, 'alice', PASSWORD)
    await answerAt(page)
    const [second, ...rest] = await sessions()
    expect(second?.value).not.toBe(first?.value)
    expect(rest).toEqual([])
    expect(second).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/acme' })
  })

  test('two tabs finish what each began, and going back changes nothing', async () => {
    const one = await open(authorizeUrl({ client_id: 'own', state: 'one' }))
    const began = one.url()
    const two = await context.newPage()
    await two.goto(authorizeUrl({ client_id: 'own', state: 'two' }))
    await enter(one, 'alice', PASSWORD)
    expect((await answerAt(one)).get('state')).toBe('one')
    await enter(two, 'alice', PASSWORD)
    expect((await answerAt(two)).get('state')).toBe('two')
    const again = await one.goto(began)
    expect(again?.status()).toBe(400)
  })

  test('a flow belongs to the browser that began it', async () => {
    const page = await open(authorizeUrl())
    const stolen = page.url()
    await context.close()
    context = await browser.newContext()
    const thief = await context.newPage()
    expect((await thief.goto(stolen))?.status()).toBe(400)
  })

  test('a POST to /authorize from another site goes on as a GET', async () => {
    const page = await open(`${door.home}/start`)
    const fields = [...new URL(authorizeUrl()).searchParams]
      .map(([name, value]) => `<input name="${name}" value="${value}">`)
      .join('')
    await page.setContent(
      `<form method="post" action="${door.issuer}/authorize">${fields}<button>go</button></form>`,
    )
    await page.click('button')
    await page.waitForURL('**/login?**')
    expect(await page.textContent('h1')).toBe('Sign in')
  })
})

describe.each([
  { width: 375, colorScheme: 'light' },
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
] as const)('pages at $width in $colorScheme', ({ width, colorScheme }) => {
  test('pass axe and fit the screen', async () => {
    const shots = process.env.SCREENSHOTS
    const viewport = { width, height: 800 }
    const page = await open(authorizeUrl({ prompt: 'consent' }), { viewport, colorScheme })
    const look = async (name: string): Promise<void> => {
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.map(({ id, nodes }) => [name, id, nodes[0]?.html])).toEqual([])
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect([name, overflow]).toEqual([name, 0])
      if (shots) await page.screenshot({ path: `${shots}/${name}-${width}-${colorScheme}.png` })
    }
    await look('sign-in')
    await enter(page, 'alice', 'wrong')
    await look('failed')
    await enter(page, 'alice', PASSWORD)
    await look('consent')
    await page.goto(`${door.issuer}/docs/errors`)
    await look('error-codes')
    await page.goto(`${door.issuer}/docs/errors/invalid_grant`)
    await look('error-code')
    await page.goto(authorizeUrl({ prompt: 'select_account' }))
    await look('select-account')
    await page.goto(`${door.issuer}/logout`)
    await look('confirm')
    await page.click('[value=logout]')
    await look('signed-out')
    await page.goto(`${door.issuer}/authorize`)
    await look('error')
  }, 90_000)
})
