/** Text for XML and HTML: what XML 1.0 §2.2 does not allow is replaced, and nothing in it is markup. */
export const escaped = (text: string): string =>
  text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`)
