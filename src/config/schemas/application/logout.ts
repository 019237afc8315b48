import { Type } from 'typebox'
import { absoluteUri, closed, flag } from '../common.ts'

const sessionRequired = Type.Optional(
  flag([
    'Whether the session is named (sid); without it the application ends all its sessions of the person.',
    true,
  ]),
)

export const backchannelLogout = closed(
  {
    uri: absoluteUri([
      'An address of its server, over https, to which a logout token is posted.',
      'https://shop.acme.example/backchannel-logout',
    ]),
    sessionRequired,
  },
  [
    'How its server is told that a session ended, whoever ended it.',
    { uri: 'https://shop.acme.example/backchannel-logout' },
  ],
)

export const frontchannelLogout = closed(
  {
    uri: absoluteUri([
      'An address that is opened in a frame of the sign-out page.',
      'https://shop.acme.example/frontchannel-logout',
    ]),
    sessionRequired,
  },
  [
    'How it is told in the browser in which a person signs out.',
    { uri: 'https://shop.acme.example/frontchannel-logout' },
  ],
)
