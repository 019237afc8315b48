import { readFileSync } from 'node:fs'

/** Names the program in every document it writes. */
export const tool = {
  name: 'tokenidp',
  version: String(
    JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version,
  ),
} as const
