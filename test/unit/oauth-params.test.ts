import { describe, expect, test } from 'vitest'
import { Params } from '../../src/oauth/params.ts'
import { parseScope } from '../../src/oauth/scope.ts'

describe('application/x-www-form-urlencoded as parameters', () => {
  test.for([
    { when: 'percent and plus are decoded', text: 'a=x%2Fy+z', value: 'x/y z' },
    { when: 'a value has an equals sign', text: 'a=x=y', value: 'x=y' },
    { when: 'the value is empty', text: 'a=', value: undefined },
    { when: 'there is no equals sign', text: 'a', value: undefined },
    { when: 'there is nothing', text: '', value: undefined },
    { when: 'it is beyond ASCII', text: 'a=%C3%A4', value: 'ä' },
    { when: 'the name is one of Object.prototype', text: 'b=constructor', value: undefined },
  ])('$when', ({ text, value }) => {
    expect(Params.parse(text).optional('a')).toBe(value)
  })

  test.for([
    { when: 'a parameter is repeated', text: 'a=x&a=y' },
    { when: 'a parameter is repeated with the same value', text: 'a=x&b=y&a=x' },
    { when: 'an empty parameter is repeated', text: 'a=&a=x' },
    { when: 'there is a NUL', text: 'a=%00' },
    { when: 'a name has a NUL', text: 'a%00=b' },
    { when: 'an escape is broken', text: 'a=%zz' },
    { when: 'an escape is cut off', text: 'a=%4' },
    { when: 'bytes are not UTF-8', text: 'a=%ff%fe' },
    { when: 'bytes were replaced on the way', text: 'a=\uFFFD' },
    { when: 'there are more than a hundred', text: 'a&'.repeat(101) },
  ])('is invalid_request when $when', ({ text }) => {
    expect(() => Params.parse(text)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })

  test('RFC 8707 §2: resource may be repeated', () => {
    const params = Params.parse('resource=a&resource=&resource=b')
    expect(params.list('resource')).toEqual(['a', 'b'])
  })

  test('a required one that is absent is named', () => {
    expect(() => Params.parse('code=').required('code')).toThrow('code is missing')
  })
})

describe('RFC 6749 §3.3 scope', () => {
  test('names come once and in their order', () => {
    expect(parseScope('openid  email openid')).toEqual(['openid', 'email'])
  })

  test.for(['a"b', 'a\\b', 'a\tb', 'ä'])('refuses %j', (text) => {
    expect(() => parseScope(text)).toThrow(expect.objectContaining({ code: 'invalid_scope' }))
  })
})
