/** Names come from files and databases: none of them may speak to the terminal. */
export const printable = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '\uFFFD')

/** Of several lines, of which each stays one. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n')
