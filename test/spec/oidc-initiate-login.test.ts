import { describe, expect, test } from 'vitest'
import { eachDoor } from '../support/each-door.ts'
import { visitor } from '../support/visitor.ts'

eachDoor(({ door, clock }) => {
  const hrefIn = (html: string): string | undefined =>
    /<a class="button" href="([^"]*)"/.exec(html)?.[1]?.replaceAll('&amp;', '&')
  const startAgain = () =>
    `https://own.example/login?from=a&${new URLSearchParams({ iss: door().issuer })}`

  describe('OpenID Connect Core §4 a sign-in that is over leads back to the application', () => {
    test('finished, and reopened', async () => {
      const someone = visitor(door())
      const page = await someone.ask()
      await someone.enter(page)
      const again = await someone.agent.open(page.url.href)
      expect(again.status).toBe(400)
      expect(hrefIn(again.html)).toBe(startAgain())
      expect(again.html).toContain('Start again at Own')
    })

    test('expired', async () => {
      const someone = visitor(door())
      const page = await someone.ask()
      clock.forward(31 * 60)
      const again = await someone.enter(page)
      expect(again.status).toBe(400)
      expect(hrefIn(again.html)).toBe(startAgain())
    })

    test('the application knows no such address', async () => {
      const someone = visitor(door())
      const page = await someone.ask({ client_id: 'always' })
      await someone.enter(page)
      const again = await someone.agent.open(page.url.href)
      expect(again.status).toBe(400)
      expect(hrefIn(again.html)).toBeUndefined()
    })

    test('nobody knows such a sign-in', async () => {
      const page = await visitor(door()).agent.open(`${door().issuer}/login?interaction=x`)
      expect(page.status).toBe(400)
      expect(hrefIn(page.html)).toBeUndefined()
    })
  })
})
