import { afterAll, beforeAll, describe } from 'vitest'
import { type Door, type DoorOptions, movableClock, openDoor } from './door.ts'
import { stores } from './stores.ts'

export interface AtTheDoor {
  /** Of this file and this engine. */
  readonly door: () => Door
  /** The server's; it stands still. */
  readonly clock: ReturnType<typeof movableClock>
}

/** The same tests before a whole server on every engine. */
export function eachDoor(body: (at: AtTheDoor) => void, options: DoorOptions = {}): void {
  describe.each(stores)('on $name', (engine) => {
    let door: Door
    const clock = movableClock()
    beforeAll(async () => {
      door = await openDoor({ ...options, engine, clock })
    })
    afterAll(() => door.close())
    body({ door: () => door, clock })
  })
}
