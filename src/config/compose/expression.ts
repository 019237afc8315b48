/** A piece of a text: words, a variable, or what looks like one and is none. */
export type Piece =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'variable'; readonly name: string; readonly written: string }
  | { readonly is: 'unknown'; readonly written: string }

const MARK = /(\$\$\{|\$\{[^}\s]{0,80}\}?)/

/** `${var.name}` stands for a value; `$${` is a plain `${`. Nothing else means anything. */
export const piecesOf = (text: string): readonly Piece[] =>
  text
    .split(MARK)
    .filter((piece) => piece !== '')
    .map(pieceOf)

function pieceOf(written: string): Piece {
  if (written === '$${') return { is: 'text', text: '${' }
  if (!written.startsWith('${')) return { is: 'text', text: written }
  const name = /^\$\{var\.([^}\s]+)\}$/.exec(written)?.[1]
  return name === undefined ? { is: 'unknown', written } : { is: 'variable', name, written }
}
