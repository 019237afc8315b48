import { expect, test } from 'vitest'
import {
  isRegisteredRedirectUri,
  mayBeImpersonated,
} from '../../src/oauth/authorize/redirect-uri.ts'
import { anApplication, aPublicApplication } from '../support/builders.ts'

const native = aPublicApplication({
  type: 'native',
  redirectUris: ['http://127.0.0.1/callback', 'http://[::1]:9000/callback', 'com.example:/done'],
})
const web = anApplication({
  redirectUris: ['https://web.example/callback', 'http://127.0.0.1:8400/callback'],
})

test.for([
  { uri: 'http://127.0.0.1/callback', is: true },
  { uri: 'http://127.0.0.1:51004/callback', is: true },
  { uri: 'http://[::1]:1/callback', is: true },
  { uri: 'com.example:/done', is: true },
  { uri: 'http://127.0.0.1:51004/callback/', is: false },
  { uri: 'http://127.0.0.1:51004/callback?x=1', is: false },
  { uri: 'http://127.0.0.1:51004/other', is: false },
  { uri: 'http://localhost:51004/callback', is: false },
  { uri: 'http://127.0.0.2:51004/callback', is: false },
  { uri: 'https://127.0.0.1:51004/callback', is: false },
  { uri: 'http://127.0.0.1:51004@evil.example/callback', is: false },
  { uri: 'http://127.0.0.1.evil.example/callback', is: false },
  { uri: 'http://user@127.0.0.1:51004/callback', is: false },
  { uri: 'http://127.0.0.1:/callback', is: false },
])('RFC 8252 §7.3: $uri of a native application: $is', ({ uri, is }) => {
  expect(isRegisteredRedirectUri(uri, native)).toBe(is)
})

test.for([
  { uri: 'https://web.example/callback', is: true },
  { uri: 'https://web.example/callback/', is: false },
  { uri: 'https://WEB.example/callback', is: false },
  { uri: 'https://web.example/callback?a=b', is: false },
  { uri: 'https://web.example/callback#x', is: false },
  { uri: 'https://web.example/Callback', is: false },
  { uri: 'https://web.example:443/callback', is: false },
  { uri: 'https://evil.example/https://web.example/callback', is: false },
  { uri: 'http://127.0.0.1:8401/callback', is: false },
])('RFC 9700 §2.1: $uri of a web application: $is', ({ uri, is }) => {
  expect(isRegisteredRedirectUri(uri, web)).toBe(is)
})

test.for([
  { uri: 'http://127.0.0.1:1/callback', application: native, may: true },
  { uri: 'com.example:/done', application: native, may: true },
  { uri: 'https://spa.example/callback', application: aPublicApplication(), may: false },
  { uri: 'http://127.0.0.1:8400/callback', application: web, may: false },
])('RFC 8252 §8.6: $uri may be impersonated: $may', ({ uri, application, may }) => {
  expect(mayBeImpersonated(application, uri)).toBe(may)
})
