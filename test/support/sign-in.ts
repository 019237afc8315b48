import type { Page, UserAgent } from './user-agent.ts'

export const ALICE = { username: 'alice@acme.example', password: 'wonderland' }

export interface Visit {
  readonly agent: UserAgent
  readonly url: string | URL
  readonly redirectUri: string
  readonly credentials?: { readonly username: string; readonly password: string }
}

/** Walks from an authorization URL to the application's callback, through whatever pages come. */
export async function signIn(visit: Visit): Promise<URL> {
  const { agent, redirectUri } = visit
  let page: Page = await agent.open(String(visit.url), redirectUri)
  for (let step = 0; step < 4; step += 1) {
    if (page.url.href.startsWith(redirectUri)) return page.url
    page = await agent.submit(page, answerTo(page, visit), redirectUri)
  }
  throw new Error(`no way to ${redirectUri}; stuck at ${page.url.href}:\n${page.html}`)
}

function answerTo(page: Page, visit: Visit): Record<string, string> {
  if (/name="password"/.test(page.html)) {
    return { ...(visit.credentials ?? ALICE), action: 'sign-in' }
  }
  if (/value="allow"/.test(page.html)) return { action: 'allow' }
  throw new Error(`a page nobody expected at ${page.url.href} (${page.status}):\n${page.html}`)
}
