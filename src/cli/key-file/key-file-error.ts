/** The file is not what it has to be. Says nothing of what is in it. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError'
  readonly next: string

  constructor(message: string, next: string) {
    super(message)
    this.next = next
  }
}

/** What is encrypted does not open: without a passphrase, or with this one. */
export class PassphraseError extends Error {
  override readonly name = 'PassphraseError'
}
