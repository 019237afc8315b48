import { describe, expect, test } from 'vitest'
import { interruptionOn } from '../../src/cli/interruption.ts'
import type { StopSignal } from '../../src/cli/io.ts'

function aCommand() {
  let send: (signal: StopSignal) => void = () => undefined
  const interruption = interruptionOn({
    onStop: (listener) => {
      send = listener
    },
  })
  return { interruption, send: (signal: StopSignal) => send(signal) }
}

describe('a signal', () => {
  test('before the point of no return ends the command, undoes, and lets nothing be committed', async () => {
    const { interruption, send } = aCommand()
    const undone: string[] = []
    interruption.onEarlyEnd(() => void undone.push('file'))
    const ended = interruption.during(new Promise(() => undefined))
    send('SIGTERM')
    await expect(ended).rejects.toMatchObject({ exit: 143 })
    expect(undone).toEqual(['file'])
    expect(() => interruption.pointOfNoReturn()).toThrow('nothing was applied')
    expect(interruption.ignored()).toBeUndefined()
  })

  test('after it waits for the outcome', async () => {
    const { interruption, send } = aCommand()
    const work = Promise.withResolvers<string>()
    const ended = interruption.during(work.promise)
    interruption.pointOfNoReturn()
    send('SIGINT')
    work.resolve('revision 2')
    await expect(ended).resolves.toBe('revision 2')
    expect(interruption.ignored()).toBe('SIGINT')
  })

  test('is the ordinary end of a server', async () => {
    const { interruption, send } = aCommand()
    const ended = interruption.during(interruption.awaited())
    send('SIGTERM')
    await expect(ended).resolves.toBe('SIGTERM')
  })
})
