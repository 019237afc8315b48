/** What GitHub asks of a SARIF log beyond the standard, and we of ours. */
const needs = (required: readonly string[], properties: object = {}) => ({ required, properties })
const each = (items: object, most?: number) => ({
  items,
  minItems: 1,
  ...(most === undefined ? {} : { maxItems: most }),
})

const short = needs(['text'], { text: { minLength: 1, maxLength: 1024 } })

const artifactLocation = needs(['uri', 'uriBaseId'], {
  // RFC 3986 §4.2: a relative reference, whose first segment has no colon.
  uri: {
    pattern: "^(?!\\.\\./)[A-Za-z0-9._~!$&'()*+,;=%@-]+(/[A-Za-z0-9._~!$&'()*+,;=%@:-]+)*$",
  },
  uriBaseId: { const: 'SRCROOT' },
})

const located = needs(['physicalLocation'], {
  physicalLocation: needs(['artifactLocation', 'region'], {
    artifactLocation,
    region: needs(['startLine', 'startColumn', 'endLine', 'endColumn']),
  }),
})

const rule = needs(['name', 'shortDescription', 'fullDescription', 'help'], {
  id: { pattern: '^TIDP\\d{4}$' },
  shortDescription: short,
  fullDescription: short,
  help: needs(['text', 'markdown']),
  properties: needs(['tags'], { tags: each({}, 20) }),
})

const result = needs(['ruleId', 'ruleIndex', 'level', 'locations', 'partialFingerprints'], {
  locations: each(located, 1),
  relatedLocations: { items: located, maxItems: 1000 },
  partialFingerprints: needs(['tokenidpFinding/v1'], {
    'tokenidpFinding/v1': { pattern: '^[0-9a-f]{32}$' },
  }),
  fixes: each(needs([], { artifactChanges: each(needs([], { artifactLocation })) })),
})

const run = needs(['columnKind', 'originalUriBaseIds', 'invocations', 'results'], {
  tool: needs([], {
    driver: needs(['version', 'semanticVersion', 'rules'], { rules: { items: rule } }),
  }),
  columnKind: { const: 'utf16CodeUnits' },
  originalUriBaseIds: needs(['SRCROOT']),
  results: { items: result, maxItems: 25_000 },
})

export const ASKED_BY_GITHUB = needs(['$schema'], { runs: each(run, 20) })
