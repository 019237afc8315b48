import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { eachDoor } from '../support/each-door.ts'
import type { Form } from '../support/provider.ts'
import { formOf, type Page } from '../support/user-agent.ts'
import { answerAt, tokensFor, type Visitor, visitor } from '../support/visitor.ts'

const FORM_POST = { response_mode: 'form_post' }

eachDoor(({ door }) => {
  /** What the page would post to the application. */
  function postedBy(page: Page, redirectUri = `${door().home}/callback`): Form {
    const { action, hidden } = formOf(page)
    expect(action.href).toBe(redirectUri)
    expect(page.url.href.startsWith(door().home)).toBe(false)
    return hidden
  }

  const refusals: readonly {
    readonly when: string
    readonly error: string
    readonly lead: (someone: Visitor) => Promise<Page>
  }[] = [
    {
      when: 'B14 nobody is there for prompt=none',
      error: 'login_required',
      lead: (someone) => someone.ask({ ...FORM_POST, prompt: 'none' }),
    },
    {
      when: 'nothing was granted for prompt=none',
      error: 'consent_required',
      lead: async (someone) => {
        await someone.signIn()
        return someone.ask({ ...FORM_POST, client_id: 'web', prompt: 'none' })
      },
    },
    {
      when: 'the request is wrong',
      error: 'invalid_scope',
      lead: (someone) => someone.ask({ ...FORM_POST, scope: 'openid nothing' }),
    },
    {
      when: 'B4 response_type is missing',
      error: 'invalid_request',
      lead: (someone) => someone.ask({ ...FORM_POST, response_type: '' }),
    },
    {
      when: 'the person cancels',
      error: 'access_denied',
      lead: async (someone) => someone.press(await someone.ask(FORM_POST), 'cancel'),
    },
    {
      when: 'the person denies',
      error: 'access_denied',
      lead: async (someone) => {
        const page = await someone.signIn({ ...FORM_POST, client_id: 'web' })
        return someone.press(page, 'deny')
      },
    },
  ]

  describe('OAuth 2.0 Form Post Response Mode §2', () => {
    test('G6 a code is posted, with state and iss, and nothing is in an address', async () => {
      const page = await visitor(door()).signIn({ ...FORM_POST, state: 's'.repeat(128) })
      const answer = postedBy(page)
      expect(answer).toEqual({
        code: expect.any(String),
        state: 's'.repeat(128),
        iss: door().issuer,
      })
      expect([...page.url.searchParams.keys()]).toEqual(['interaction'])
      const { status, claims } = await tokensFor(door(), page, 'own', { code: answer.code ?? '' })
      expect(status).toBe(200)
      expect(claims).toMatchObject({ nonce: 'n-1' })
    })

    test('B13 prompt=none with somebody there is posted, too', async () => {
      const alice = visitor(door())
      await alice.signIn()
      const page = await alice.ask({ ...FORM_POST, prompt: 'none' })
      expect(postedBy(page)).toMatchObject({ code: expect.any(String), state: 's-1' })
    })

    test.for(refusals)('G6 $error is posted when $when', async ({ error, lead }) => {
      const answer = postedBy(await lead(visitor(door())))
      expect(answer).toEqual({
        error,
        error_description: expect.any(String),
        state: 's-1',
        iss: door().issuer,
      })
    })

    test('the query of a registered address is kept', async () => {
      const redirectUri = `${door().home}/callback?kept=a%20b`
      const page = await visitor(door()).signIn({ ...FORM_POST, redirect_uri: redirectUri })
      expect(postedBy(page, redirectUri)).toHaveProperty('code')
    })

    test('B17 an address that is not registered gets no form', async () => {
      const page = await visitor(door()).ask({
        ...FORM_POST,
        redirect_uri: `${door().home}/callback/more`,
      })
      expect(page.status).toBe(400)
      expect(page.html).not.toContain('<form')
    })
  })

  describe('the page that posts', () => {
    test('is kept by nobody, may post to this application only, and runs one script', async () => {
      const page = await visitor(door()).signIn(FORM_POST)
      const [, script = ''] = /<script>([\s\S]*?)<\/script>/.exec(page.html) ?? []
      const digest = createHash('sha256').update(script).digest('base64')
      expect(page.status).toBe(200)
      expect(page.headers.get('cache-control')).toBe('no-store')
      expect(page.headers.get('referrer-policy')).toBe('strict-origin')
      const policy = page.headers.get('content-security-policy')?.split('; ')
      expect(policy).toContain(`form-action ${door().home}`)
      expect(policy).toContain(`script-src 'sha256-${digest}'`)
      expect(policy).toContain("default-src 'none'")
    })

    test('has a button for those without script', async () => {
      const page = await visitor(door()).signIn(FORM_POST)
      expect(page.html).toMatch(/<button type="submit"[^>]*>Continue<\/button>/)
    })

    test('shows a hostile state as text', async () => {
      const state = `"><script>alert(1)</script>&'`
      const page = await visitor(door()).signIn({ ...FORM_POST, state })
      expect(page.html).not.toContain('<script>alert')
      expect(postedBy(page).state).toBe(state)
    })
  })

  describe('OAuth 2.0 Multiple Response Types §2.1', () => {
    test('fragment: everything is in the fragment, errors too', async () => {
      const alice = visitor(door())
      const page = await alice.signIn({ response_mode: 'fragment' })
      expect(page.url.search).toBe('')
      const answer = new URLSearchParams(page.url.hash.slice(1))
      expect(answer.get('code')).toHaveLength(51)
      expect(answer.get('iss')).toBe(door().issuer)
      const { url } = await alice.ask({ response_mode: 'fragment', max_age: 'x' })
      expect(url.search).toBe('')
      expect(new URLSearchParams(url.hash.slice(1)).get('error')).toBe('invalid_request')
    })

    test.for(['jwt', 'web_message', 'Query', 'query fragment'])(
      'response_mode=%s is refused, in the query',
      async (mode) => {
        const page = await visitor(door()).ask({ response_mode: mode })
        expect(answerAt(page)).toMatchObject({ error: 'invalid_request', state: 's-1' })
      },
    )

    test('a form for a program that owns a scheme is refused, in the query', async () => {
      const redirectUri = 'com.example.app:/callback'
      const page = await visitor(door()).ask({
        ...FORM_POST,
        client_id: 'cli',
        redirect_uri: redirectUri,
      })
      expect(page.url.href.startsWith(redirectUri)).toBe(true)
      expect(answerAt(page)).toMatchObject({ error: 'invalid_request' })
    })
  })

  test('discovery names the modes', async () => {
    const metadata = await fetch(`${door().issuer}/.well-known/openid-configuration`)
    expect((await metadata.json()).response_modes_supported).toEqual([
      'query',
      'fragment',
      'form_post',
    ])
  })
})
