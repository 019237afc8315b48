import { DEVICE_CODE } from '../../model/application.ts'
import { APPLICATION, grantsOf } from '../defaults.ts'
import { seconds } from '../duration.ts'
import type { Finding, Rule } from './rule.ts'

const HALF_AN_HOUR = 1800

/** RFC 8628 §5.1: the longer a code lives, the longer it can be tried out. */
export const deviceLifetime: Rule = {
  code: 'TIDP2050',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const ttl = item.document.spec.device?.ttl
      if (ttl === undefined || seconds(ttl) <= HALF_AN_HOUR) continue
      yield {
        item,
        path: ['spec', 'device', 'ttl'],
        message: 'the codes that people type live longer than half an hour',
        hint: `the default is ${APPLICATION.device.ttl}`,
      }
    }
  },
}

export const deviceInterval: Rule = {
  code: 'TIDP2051',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const interval = item.document.spec.device?.interval
      if (interval === undefined || seconds(interval) >= seconds(APPLICATION.device.interval))
        continue
      yield {
        item,
        path: ['spec', 'device', 'interval'],
        message: `devices may ask more often than every ${APPLICATION.device.interval}`,
        hint: 'each of them asks until somebody decides; a person takes longer than that',
      }
    }
  },
}

export const deviceWithoutGrant: Rule = {
  code: 'TIDP3030',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { spec } = item.document
      if (spec.device === undefined || grantsOf(spec).includes(DEVICE_CODE)) continue
      yield {
        item,
        path: ['spec', 'device'],
        message: `"${item.document.metadata.name}" cannot use the device grant, so this has no effect`,
        hint: `add ${DEVICE_CODE} to its grants, or remove device`,
      }
    }
  },
}
