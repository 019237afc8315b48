/** Names come from files and databases: none of them may speak to the terminal. */
export const printable = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '\uFFFD')
