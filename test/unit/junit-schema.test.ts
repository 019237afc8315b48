import { expect, test } from 'vitest'
import { xml } from '../support/junit.ts'
import { junitProblems } from '../support/junit-schema.ts'

const FINE = `<testsuites name="all" tests="2" failures="1" errors="0" time="0">
  <testsuite name="one" tests="2" failures="1" errors="0" time="0.5">
    <testcase classname="a" name="b" time="0"><failure type="T" message="m">text</failure><system-out>o</system-out></testcase>
    <testcase classname="a" name="c"/>
  </testsuite>
</testsuites>`

test('a report as others write it is fine', () => {
  expect(junitProblems(xml(FINE))).toEqual([])
})

const FAILURE = '<failure type="T" message="m">text</failure>'
const OUTPUT = '<system-out>o</system-out>'

test.for([
  { what: 'another root', from: /testsuites/g, to: 'testcase', says: 'testcase as the whole' },
  {
    what: 'an unknown element',
    from: /failure\b(?!s)/g,
    to: 'mistake',
    says: 'mistake in testcase',
  },
  { what: 'an unknown attribute', from: 'type="T"', to: 'kind="T"', says: 'failure kind' },
  { what: 'no name', from: 'name="c"', to: '', says: 'testcase without name' },
  { what: 'no class', from: 'classname="a" name="c"', to: 'name="c"', says: 'without classname' },
  { what: 'no count', from: 'name="one" tests="2"', to: 'name="one"', says: 'without tests' },
  { what: 'a time in words', from: 'time="0.5"', to: 'time="fast"', says: 'time is no number' },
  {
    what: 'a wrong count',
    from: 'tests="2" failures="1"',
    to: 'tests="3" failures="1"',
    says: 'where there are 2',
  },
  {
    what: 'an uncounted failure',
    from: 'failures="1"',
    to: 'failures="0"',
    says: 'failures where there are 1',
  },
  {
    what: 'output before its failure',
    from: FAILURE + OUTPUT,
    to: OUTPUT + FAILURE,
    says: 'failure too late in testcase',
  },
  {
    what: 'two failures in a case',
    from: FAILURE,
    to: FAILURE + FAILURE,
    says: 'failure more than once',
  },
  {
    what: 'text between cases',
    from: '<testcase classname="a" name="c"',
    to: 'x<testcase classname="a" name="c"',
    says: 'text in testsuite',
  },
])('$what is not', ({ from, to, says }) => {
  const spoilt = FINE.replace(from, to)
  expect(spoilt).not.toBe(FINE)
  expect(junitProblems(xml(spoilt)).join()).toContain(says)
})
