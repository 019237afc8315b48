import { Type } from 'typebox'
import { PRODUCT_NAMES } from '../../config/foreign/names.ts'
import {
  anything,
  count,
  fileOf,
  flag,
  list,
  map,
  oneOf,
  optional,
  orNull,
  printed,
  record,
  text,
} from './form.ts'

export const ErrorDocument = printed('Error', 'Any command that failed.', {
  error: record({
    message: text('What is wrong.'),
    exit: Type.Integer({ description: 'The exit code of the process.' }),
    next: optional(text('What to do about it.')),
  }),
})

export const GeneratedSecrets = fileOf(
  'GeneratedSecrets',
  'Secrets that were made, told once (tokenidp apply --secrets-out).',
  {
    secrets: list(
      record({ address: text('Of the object.'), id: text('Of the secret.'), value: text() }),
    ),
  },
)

export const Explanation = printed('Explanation', 'tokenidp explain <what>.', {
  code: optional(text('Of a diagnostic.')),
  page: optional(text('What it means and why it matters, with examples, in Markdown.')),
  fields: list(
    record({
      path: text('With its kind in front.'),
      description: text(),
      type: text(),
      values: list(text(), 'All that it can be, where they are few.'),
      example: optional(anything('Open: as a document has it.')),
      fields: list(text(), 'Its own.'),
    }),
    'The fields of that path, one for each kind that has it.',
  ),
})

const written = record({ file: text(), line: count('From 1.') })

export const Rendering = printed('Rendering', 'tokenidp render.', {
  environment: text(),
  documents: list(map('Open: a document, complete with its defaults.')),
})

export const Origins = printed('Origins', 'tokenidp render --explain <object>.', {
  address: text('Of the object.'),
  values: list(
    record({
      path: text('As documents have it.'),
      value: anything('Open: as a document has it; *** for a secret.'),
      from: oneOf(['document', 'profile', 'patch', 'default'], 'Who says so.'),
      name: optional(text('Of the profile or the patch.')),
      at: optional(written),
      variables: list(
        record({
          name: text('Of a variable, or the path of a file.'),
          from: oneOf(['flag', 'process', 'environment', 'default', 'file']),
          at: optional(written),
        }),
        'What stands there instead of the value, and where it has that from.',
      ),
    }),
  ),
})

export const Graph = printed('Graph', 'tokenidp graph --format json.', {
  objects: list(
    record({
      address: text('For instance Application/acme/web.'),
      kind: text(),
      tenant: text('Empty above tenants.'),
      name: text(),
    }),
  ),
  links: list(
    record({
      from: text('The address of the object that names the other one.'),
      to: text('The address of the other one.'),
      part: text('What of the other one is meant, for instance a scope of a resource; or empty.'),
    }),
  ),
})

export const Import = printed('Import', 'tokenidp import <product> <export>.', {
  product: oneOf(PRODUCT_NAMES),
  documents: list(map('One document, as it would be written in YAML.')),
  notCarried: list(
    record({
      path: text('Where it is in the export, for instance clients[3].attributes["login_theme"].'),
      was: text('What it was.'),
      instead: text('What to do about it.'),
    }),
    'What is not, or not just so, in the documents; in the order of the export.',
  ),
  variables: list(
    record({
      name: text('Of an environment variable that the documents take a secret from.'),
      address: text('The object that it is for.'),
      isInExport: flag('The export has its value, for --env-out.'),
    }),
  ),
  files: list(text(), 'What was written, below --out.'),
})

export const Completion = printed('Completion', 'tokenidp completion <shell>.', {
  shell: oneOf(['bash', 'zsh', 'fish', 'pwsh']),
  script: text('What the shell reads.'),
})

const tried = record({ file: text(), line: count('From 1.'), column: count('From 1.') })

export const Tests = printed('Tests', 'tokenidp test. What failed is in `diagnostics` as well.', {
  passed: count('How many.'),
  failed: count('How many.'),
  tests: list(
    record({
      name: text('In its own words, or in those of the question.'),
      environment: orNull(text('Where the project has several.')),
      tenant: text(),
      application: orNull(text('Who asks.')),
      at: tried,
      passed: flag('Whether all is as expected.'),
      misses: list(
        record({
          part: text('Of what is expected; empty for the answer as a whole.'),
          expected: text(),
          actual: text(),
          at: tried,
        }),
        'What is otherwise than expected.',
      ),
    }),
  ),
})

export const Fix = printed('Fix', 'tokenidp fix. What is left is in `diagnostics`.', {
  dryRun: flag('Whether nothing was written.'),
  files: list(text(), 'Those that changed.'),
  fixes: list(
    record({
      file: text(),
      line: count('From 1.'),
      column: count('From 1.'),
      code: text('Of the diagnostic that is gone.'),
      description: text('What was done there.'),
    }),
  ),
})

export const Upgrade = printed('Upgrade', 'tokenidp upgrade-config.', {
  to: text('The version of the format.'),
  written: flag('Whether the files were written.'),
  files: list(
    record({
      file: text(),
      changes: list(record({ line: count('Of the document, from 1.'), what: text('In words.') })),
    }),
    'Those that change.',
  ),
})

export const Format = printed('Format', 'tokenidp fmt.', {
  check: flag('Whether nothing was written.'),
  files: list(text(), 'Those that were not in form.'),
})

export const TokenPreview = printed(
  'TokenPreview',
  'What tokens would say (tokenidp preview token).',
  {
    tenant: text(),
    application: text(),
    user: orNull(text()),
    scopes: list(text()),
    accessToken: record({
      format: oneOf(['jwt', 'opaque']),
      algorithm: orNull(text()),
      audience: text(),
      lifetime: count('In seconds.'),
      claims: map('Open: the claims of the token. None of an opaque one.'),
    }),
    idToken: orNull(map('Open: its claims.')),
    userinfo: orNull(map('Open: its claims.')),
  },
)
