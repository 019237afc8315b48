interface Waiting<Item, Answer> {
  readonly item: Item
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/** Answers for all of them, in their order. */
type Run<Item, Answer> = (items: readonly Item[]) => Promise<readonly Answer[]>

const MOST = 500

/**
 * Runs what has come by the end of a turn of the event loop as one, and gathers the next while it runs: with two
 * under way groups were half as large, and the database had twice the work. Where values are refused, each is
 * tried alone.
 */
export function gathering<Item, Answer>(run: Run<Item, Answer>): (item: Item) => Promise<Answer> {
  let waiting: Waiting<Item, Answer>[] = []
  let isUnderWay = false

  async function runAll(): Promise<void> {
    if (isUnderWay) return
    isUnderWay = true
    while (waiting.length > 0) {
      const group = waiting.slice(0, MOST)
      waiting = waiting.slice(MOST)
      await answerAll(group, run)
    }
    isUnderWay = false
  }
  return (item) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(runAll)
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
