import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { anApplication } from '../support/builders.ts'
import { type Door, openDoor, PASSWORD } from '../support/door.ts'
import { authorizeUrl } from '../support/visitor.ts'

let door: Door
let browser: Browser
let party: Server
/** Where people are sent when the application has read the answer: another origin of its own. */
let shop: string
let callback: string

beforeAll(async () => {
  party = createServer((incoming, reply) => {
    if (incoming.url?.startsWith('/callback')) reply.writeHead(303, { location: shop }).end()
    else reply.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Shop</h1>')
  }).listen(0)
  await once(party, 'listening')
  const { port } = party.address() as AddressInfo
  callback = `http://127.0.0.1:${port}/callback`
  shop = `http://localhost:${port}/shop`
  const common = { redirectUris: [callback], consent: 'skip' } as const
  const declared = { ...common, onwardOrigins: [new URL(shop).origin] }
  door = await openDoor({
    applications: [
      anApplication({ ...common, clientId: 'silent' }),
      anApplication({ ...declared, clientId: 'declares' }),
      anApplication({ ...declared, clientId: 'declares-and-asks', consent: 'required' }),
      anApplication({ ...common, clientId: 'signs-out', postLogoutRedirectUris: [shop] }),
    ],
  })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  party.close()
  await door.close()
})

async function signIn(page: Page): Promise<void> {
  await page.fill('[name=username]', 'alice')
  await page.fill('[name=password]', PASSWORD)
  await page.click('[value=sign-in]')
}

describe('an application that goes on at another origin of its own, in Chromium', () => {
  async function opened(clientId: string, mode = 'query', javaScriptEnabled = true) {
    const context = await browser.newContext({ javaScriptEnabled })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    const asked = { client_id: clientId, redirect_uri: callback, response_mode: mode }
    await page.goto(authorizeUrl(door, asked))
    await signIn(page)
    return page
  }

  test.for([
    { clientId: 'declares', mode: 'query' },
    { clientId: 'declares', mode: 'fragment' },
    { clientId: 'declares', mode: 'form_post' },
    { clientId: 'declares', mode: 'form_post', presses: 'button', scripts: false },
    { clientId: 'declares-and-asks', mode: 'query', presses: '[value=allow]' },
    { clientId: 'signs-out', mode: 'query' },
    { clientId: 'signs-out', mode: 'form_post' },
  ])('$clientId by $mode', async ({ clientId, mode, presses, scripts }) => {
    const page = await opened(clientId, mode, scripts)
    if (presses !== undefined) await page.click(presses)
    await page.waitForURL(`${shop}**`)
    expect(await page.textContent('h1')).toBe('Shop')
  })

  test('is stopped where its documents say nothing of it', async () => {
    const complaints: string[] = []
    const context = await browser.newContext()
    onTestFinished(() => context.close())
    const page = await context.newPage()
    page.on('console', (message) => complaints.push(message.text()))
    await page.goto(authorizeUrl(door, { client_id: 'silent', redirect_uri: callback }))
    await signIn(page)
    await expect.poll(() => complaints.join()).toContain('Content Security Policy')
    expect(new URL(page.url()).origin).toBe(door.origin)
  })
})
