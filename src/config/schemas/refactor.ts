import { Type } from 'typebox'
import { closed, documentOf, formedText, list, nameMetadata, oneOf, slug, text } from './common.ts'

const reference = (telling: readonly [string, string]) =>
  formedText(
    '^[A-Z][A-Za-z]+(/[^/\\s]+){1,2}$',
    'kind/tenant/name, or kind/name above tenants',
    telling,
  )

const moved = closed(
  {
    from: reference(['What it was called.', 'Application/acme/web-old']),
    to: reference(['What it is called now, in these documents.', 'Application/acme/web']),
  },
  [
    'A new name. Tokens, sessions and secrets stay.',
    { from: 'Application/acme/web-old', to: 'Application/acme/web' },
  ],
)

// biome-ignore lint/suspicious/noThenProperty: a field of the documents
const LEGACY = { ref: 'Application/acme/legacy', then: 'release' }

const removed = closed(
  {
    ref: reference(['What left these documents.', 'Application/acme/legacy']),
    // biome-ignore lint/suspicious/noThenProperty: a field of the documents
    then: oneOf(
      ['release', 'delete'],
      ['release: it stays as it is and belongs to no project. delete: as with --prune.', 'release'],
    ),
  },
  ['An end that is meant.', LEGACY],
)

const adopt = closed(
  {
    ref: reference([
      'What exists, and belongs to these documents from now on.',
      'Application/acme/cli',
    ]),
    uid: Type.Optional(
      text(['Its uid, so that nothing else of that name is taken.', '01JH2V7Z0S7Y8Q9C3W4E5R6T7Y']),
    ),
  },
  ['Takes over what another project or nobody owns.', { ref: 'Application/acme/cli' }],
)

export const Refactor = documentOf(
  'Refactor',
  'Renames, removals and adoptions: what the documents alone cannot say. It may be deleted once it is applied everywhere.',
  {
    metadata: nameMetadata(slug(['Names the document.', 'rename-web'])),
    spec: closed(
      {
        moved: Type.Optional(
          list(moved, [
            'New names.',
            [{ from: 'Application/acme/web-old', to: 'Application/acme/web' }],
          ]),
        ),
        removed: Type.Optional(list(removed, ['Ends.', [LEGACY]])),
        adopt: Type.Optional(list(adopt, ['Takeovers.', [{ ref: 'Application/acme/cli' }]])),
      },
      [
        'What changed besides the contents.',
        { moved: [{ from: 'Application/acme/web-old', to: 'Application/acme/web' }] },
      ],
    ),
  },
)
