const TOKEN = /\*\*\/|\*\*|\*|\?|[^*?]+/g

const MEANING: Readonly<Record<string, string>> = {
  '**/': '(?:[^/]+/)*',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
}

/** `*` and `?` within one name, `**` across folders; nothing else is special. */
export function glob(pattern: string): RegExp {
  const parts = pattern.replace(/^\.\//, '').match(TOKEN) ?? []
  return new RegExp(`^${parts.map((part) => MEANING[part] ?? literally(part)).join('')}$`)
}

const literally = (text: string): string => text.replace(/[.+^${}()|[\]\\]/g, '\\$&')
