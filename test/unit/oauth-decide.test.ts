import { describe, expect, test } from 'vitest'
import { NO_CLAIMS } from '../../src/model/claims.ts'
import { decide, type Situation } from '../../src/oauth/authorize/decide.ts'
import type { AuthorizationRequest } from '../../src/oauth/authorize/request.ts'
import type { Interaction } from '../../src/store/port.ts'
import { anApplication, aPublicApplication, aSession, NOW } from '../support/builders.ts'

const anInteraction = (change: Partial<Interaction> = {}): Interaction => ({
  digest: 'd',
  applicationUid: 'uid-web',
  browserDigest: 'b',
  request: {},
  createdAt: NOW - 50,
  expiresAt: NOW + 500,
  authenticatedSessionUid: undefined,
  chosenSessionUid: undefined,
  pushedKey: undefined,
  completedAt: undefined,
  ...change,
})

const aRequestValue = (change: Partial<AuthorizationRequest> = {}): AuthorizationRequest => ({
  applicationUid: 'uid-web',
  clientId: 'web',
  redirectUri: 'https://web.example/callback',
  responseMode: 'query',
  state: null,
  scopes: ['openid'],
  resources: [],
  claims: NO_CLAIMS,
  namedClaims: [],
  nonce: null,
  codeChallenge: null,
  prompts: [],
  maxAge: null,
  loginHint: null,
  hintedSubject: null,
  uiLocales: null,
  ...change,
})

const situation = (change: Partial<Situation> = {}): Situation => ({
  request: aRequestValue(),
  application: anApplication(),
  session: aSession(),
  subject: 'sub-alice',
  consent: { scopes: ['openid'], resources: [], claims: [] },
  hasJustConsented: false,
  interaction: undefined,
  now: NOW,
  ...change,
})

describe('OpenID Connect Core §3.1.2.3 what is still needed', () => {
  const wants = (change: Partial<AuthorizationRequest>) => ({ request: aRequestValue(change) })
  const here = { interaction: anInteraction({ authenticatedSessionUid: 'session-1' }) }
  const chosen = { interaction: anInteraction({ chosenSessionUid: 'session-1' }) }
  const loopback = { redirectUri: 'http://127.0.0.1:5100/callback' }
  test.for<{ when: string; need: string; change: Partial<Situation> }>([
    { when: 'all is there', need: 'nothing', change: {} },
    { when: 'nobody is signed in', need: 'login', change: { session: undefined } },
    { when: 'prompt is login', need: 'login', change: wants({ prompts: ['login'] }) },
    {
      when: 'prompt is select_account',
      need: 'select-account',
      change: wants({ prompts: ['select_account'] }),
    },
    {
      when: 'prompt is select_account and nobody is here',
      need: 'login',
      change: { ...wants({ prompts: ['select_account'] }), session: undefined },
    },
    {
      when: 'an account was selected',
      need: 'nothing',
      change: { ...wants({ prompts: ['select_account'] }), ...chosen },
    },
    {
      when: 'an account was selected that has to sign in',
      need: 'login',
      change: { ...wants({ prompts: ['select_account', 'login'] }), ...chosen },
    },
    {
      when: 'an account was selected that is not hinted at',
      need: 'login',
      change: { ...wants({ prompts: ['select_account'], hintedSubject: 'sub-bob' }), ...chosen },
    },
    {
      when: 'prompt is login, done',
      need: 'nothing',
      change: { ...wants({ prompts: ['login'] }), ...here },
    },
    {
      when: 'prompt is login, done since',
      need: 'nothing',
      change: {
        ...wants({ prompts: ['login'] }),
        interaction: anInteraction(),
        session: aSession({ authTime: NOW - 49 }),
      },
    },
    {
      when: 'prompt is login, done before',
      need: 'login',
      change: { ...wants({ prompts: ['login'] }), interaction: anInteraction() },
    },
    {
      when: 'prompt is login, done by somebody else',
      need: 'login',
      change: {
        ...wants({ prompts: ['login'] }),
        interaction: anInteraction({ authenticatedSessionUid: 'session-2' }),
      },
    },
    { when: 'max_age is over', need: 'login', change: wants({ maxAge: 99 }) },
    { when: 'max_age is not over', need: 'nothing', change: wants({ maxAge: 100 }) },
    { when: 'max_age is 0, done', need: 'nothing', change: { ...wants({ maxAge: 0 }), ...here } },
    {
      when: 'the hint is about another',
      need: 'login',
      change: wants({ hintedSubject: 'sub-bob' }),
    },
    {
      when: 'another signed in here',
      need: 'login',
      change: { ...wants({ hintedSubject: 'sub-bob' }), ...here },
    },
    { when: 'the hint fits', need: 'nothing', change: wants({ hintedSubject: 'sub-alice' }) },
    { when: 'nothing was granted', need: 'consent', change: { consent: undefined } },
    { when: 'less was granted', need: 'consent', change: wants({ scopes: ['openid', 'email'] }) },
    { when: 'another resource was granted', need: 'consent', change: wants({ resources: ['r'] }) },
    { when: 'a claim was not granted', need: 'consent', change: wants({ namedClaims: ['name'] }) },
    {
      when: 'a claim was granted',
      need: 'nothing',
      change: {
        ...wants({ namedClaims: ['name'] }),
        consent: { scopes: ['openid'], resources: [], claims: ['name'] },
      },
    },
    { when: 'prompt is consent', need: 'consent', change: wants({ prompts: ['consent'] }) },
    {
      when: 'it was just approved',
      need: 'nothing',
      change: { ...wants({ prompts: ['consent'] }), hasJustConsented: true },
    },
    {
      when: 'consent is skipped',
      need: 'nothing',
      change: { consent: undefined, application: anApplication({ consent: 'skip' }) },
    },
    {
      when: 'the redirect may be impersonated',
      need: 'consent',
      change: { ...wants(loopback), application: aPublicApplication({ type: 'native' }) },
    },
    { when: 'the loopback client is confidential', need: 'nothing', change: wants(loopback) },
  ])('$need when $when', ({ need, change }) => {
    expect(decide(situation(change)).need).toBe(need)
  })

  test.for<{ error: string; when: string; change: Partial<Situation> }>([
    { error: 'login_required', when: 'nobody is signed in', change: { session: undefined } },
    { error: 'consent_required', when: 'nothing was granted', change: { consent: undefined } },
  ])('$error when $when and prompt is none', ({ error, change }) => {
    const silent = situation({ request: aRequestValue({ prompts: ['none'] }), ...change })
    expect(() => decide(silent)).toThrow(expect.objectContaining({ code: error }))
  })
})
