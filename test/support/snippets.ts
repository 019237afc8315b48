/** What README.md shows to be typed or written into a file. */
import { readFileSync } from 'node:fs'
import { ROOT } from './command.ts'

export interface Snippet {
  readonly language: string
  readonly info: readonly string[]
  readonly text: string
}

export const readme = readFileSync(`${ROOT}README.md`, 'utf8')

/** Below a step of a list, a block is indented as the step is. */
export const snippets: readonly Snippet[] = [
  ...readme.matchAll(/^( *)```(\S+)(.*)\n([\s\S]*?)^\1```$/gm),
].map(([, indent = '', language = '', info = '', text = '']) => ({
  language,
  info: info.trim().split(/\s+/),
  text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
}))
