/** SARIF 2.1.0 (OASIS), as much of it as we write: what is not here is not allowed. Where GitHub asks for more, that. */
const text = { type: 'string', minLength: 1 }
const count = { type: 'integer', minimum: 1 }

const object = (required: readonly string[], properties: object) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
})

const message = object(['text'], { text })

const artifact = object(['uri', 'uriBaseId'], {
  // RFC 3986 §4.2: a relative reference, whose first segment has no colon.
  uri: {
    type: 'string',
    pattern: "^(?!\\.\\./)[A-Za-z0-9._~!$&'()*+,;=%@-]+(/[A-Za-z0-9._~!$&'()*+,;=%@:-]+)*$",
  },
  uriBaseId: { const: 'SRCROOT' },
})

const region = object(['startLine', 'startColumn', 'endLine', 'endColumn'], {
  startLine: count,
  startColumn: count,
  endLine: count,
  endColumn: count,
})

const physicalLocation = object(['artifactLocation', 'region'], {
  artifactLocation: artifact,
  region,
})

const notification = object(['level', 'message'], {
  level: { enum: ['warning', 'error'] },
  message,
})

const rule = object(
  ['id', 'name', 'shortDescription', 'fullDescription', 'help', 'defaultConfiguration'],
  {
    id: { type: 'string', pattern: '^TIDP\\d{4}$' },
    name: text,
    shortDescription: object(['text'], { text: { ...text, maxLength: 1024 } }),
    fullDescription: object(['text'], { text: { ...text, maxLength: 1024 } }),
    help: object(['text', 'markdown'], { text, markdown: text }),
    defaultConfiguration: object(['level'], { level: { enum: ['warning', 'error'] } }),
    properties: object(['tags'], { tags: { type: 'array', items: text, maxItems: 20 } }),
  },
)

const fix = object(['description', 'artifactChanges'], {
  description: message,
  artifactChanges: {
    type: 'array',
    minItems: 1,
    items: object(['artifactLocation', 'replacements'], {
      artifactLocation: artifact,
      replacements: {
        type: 'array',
        minItems: 1,
        items: object(['deletedRegion', 'insertedContent'], {
          deletedRegion: region,
          insertedContent: object(['text'], { text: { type: 'string' } }),
        }),
      },
    }),
  },
})

const result = object(
  ['ruleId', 'ruleIndex', 'level', 'message', 'locations', 'partialFingerprints'],
  {
    ruleId: text,
    ruleIndex: { type: 'integer', minimum: 0 },
    level: { enum: ['warning', 'error'] },
    message,
    locations: {
      type: 'array',
      minItems: 1,
      maxItems: 1,
      items: object(['physicalLocation'], { physicalLocation }),
    },
    relatedLocations: {
      type: 'array',
      maxItems: 1000,
      items: object(['id', 'message', 'physicalLocation'], {
        id: { type: 'integer', minimum: 0 },
        message,
        physicalLocation,
      }),
    },
    partialFingerprints: object(['tokenidpFinding/v1'], {
      'tokenidpFinding/v1': { type: 'string', pattern: '^[0-9a-f]{32}$' },
    }),
    fixes: { type: 'array', minItems: 1, items: fix },
  },
)

const run = object(['tool', 'columnKind', 'originalUriBaseIds', 'invocations', 'results'], {
  tool: object(['driver'], {
    driver: object(['name', 'version', 'semanticVersion', 'rules'], {
      name: text,
      version: text,
      semanticVersion: text,
      rules: { type: 'array', items: rule, uniqueItems: true },
    }),
  }),
  columnKind: { const: 'utf16CodeUnits' },
  originalUriBaseIds: object(['SRCROOT'], {
    SRCROOT: object(['description'], { description: message }),
  }),
  invocations: {
    type: 'array',
    items: object(['executionSuccessful', 'toolExecutionNotifications'], {
      executionSuccessful: { type: 'boolean' },
      toolExecutionNotifications: { type: 'array', items: notification },
    }),
  },
  results: { type: 'array', maxItems: 25_000, items: result },
})

export const SARIF = object(['$schema', 'version', 'runs'], {
  $schema: { const: 'https://json.schemastore.org/sarif-2.1.0.json' },
  version: { const: '2.1.0' },
  runs: { type: 'array', minItems: 1, maxItems: 20, items: run },
})
