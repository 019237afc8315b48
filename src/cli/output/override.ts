import { anything, count, flag, instant, list, oneOf, printed, record, text } from './form.ts'

export const override = record(
  {
    address: text('Of the object, for instance Application/acme/web.'),
    path: text('Of the field, in the normal form; redirectUris[https://…] for one element.'),
    value: anything('In the normal form; null takes the element away.'),
    isRelaxing: flag('It may allow more than what is applied does.'),
    expiresAt: instant('When it ends.'),
    remaining: count('Seconds until then.'),
    reason: text('Why it was set.'),
    actor: text('Who set it.'),
    createdAt: instant('When it was set.'),
  },
  'What an operator put over what is applied, until it ends.',
)

export const Override = printed('Override', 'What changed (tokenidp override set, clear).', {
  action: oneOf(['set', 'clear']),
  revision: count('The one that is live now.'),
  overrides: list(override, 'Those that were set or cleared.'),
})

export const Overrides = printed('Overrides', 'What is in force (tokenidp override list).', {
  overrides: list(override),
})
