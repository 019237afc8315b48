/** The format of the applied objects that this program writes, and the newest that it can read. */
export const READER = 1

/** Whether this program's servers may load a revision that asks for this reader. */
export const canRead = (minReader: string | undefined): boolean =>
  minReader === undefined || Number(minReader) <= READER
