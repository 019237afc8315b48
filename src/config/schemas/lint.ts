import { Type } from 'typebox'
import { closed, documentOf, nameMetadata, slug } from './common.ts'

const SEVERITIES = ['error', 'warning', 'off'] as const

const EXAMPLE = { TIDP2020: 'error', TIDP2076: 'off' }

export const Lint = documentOf(
  'Lint',
  'How grave the findings of validate are in this project. What is an error stays one.',
  {
    metadata: nameMetadata(slug(['Names the document.', 'rules'])),
    spec: closed(
      {
        severities: Type.Unsafe<Readonly<Record<string, (typeof SEVERITIES)[number]>>>({
          type: 'object',
          description: 'By code: error, warning or off. Of warnings only.',
          examples: [EXAMPLE],
          patternProperties: { '^TIDP[0-9]{4}$': { type: 'string', enum: [...SEVERITIES] } },
          additionalProperties: false,
        }),
      },
      ['The severities.', { severities: EXAMPLE }],
    ),
  },
)
