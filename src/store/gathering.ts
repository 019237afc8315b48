interface Waiting<Item, Answer> {
  readonly item: Item
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/** Answers for all of them, in their order. */
type Run<Item, Answer> = (items: readonly Item[]) => Promise<readonly Answer[]>

const MOST = 500
/** A connection that has gone silent holds up those whose group it carries, and nobody else. */
const PATIENCE_MS = 50

/**
 * Runs what has come while the group before it was under way as one: with two under way groups were half as large,
 * and the database had twice the work. A group that takes long is not waited for. Where values are refused, each
 * is tried alone.
 */
export function gathering<Item, Answer>(run: Run<Item, Answer>): (item: Item) => Promise<Answer> {
  let waiting: Waiting<Item, Answer>[] = []
  let awaited: object | undefined

  function begin(): void {
    if (awaited !== undefined || waiting.length === 0) return
    const group = waiting.slice(0, MOST)
    waiting = waiting.slice(MOST)
    awaited = group
    const goOn = (): void => {
      clearTimeout(late)
      if (awaited !== group) return
      awaited = undefined
      begin()
    }
    const late = setTimeout(goOn, PATIENCE_MS)
    void answerAll(group, run).finally(goOn)
  }
  return (item) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(begin)
      waiting.push({ item, resolve, reject })
    })
}

async function answerAll<Item, Answer>(
  group: readonly Waiting<Item, Answer>[],
  run: Run<Item, Answer>,
): Promise<void> {
  try {
    const answers = await run(group.map(({ item }) => item))
    for (const [index, { resolve }] of group.entries()) resolve(answers[index] as Answer)
  } catch (error) {
    if (group.length > 1 && isAboutValues(error))
      await Promise.all(group.map((one) => answerAll([one], run)))
    else for (const { reject } of group) reject(error)
  }
}

/** SQLSTATE classes: data exception, integrity constraint violation. */
const isAboutValues = (error: unknown): boolean =>
  /^2[23]/.test(String((error as { code?: unknown } | undefined)?.code))
