import { describe, expect, test } from 'vitest'
import { document, project, running, tokenidp, write } from '../support/cli.ts'
import { databases } from '../support/databases.ts'
import { aProject, worker } from '../support/documents.ts'

/** Where in its life each apply is killed. The full form tries more of them. */
const KILLED_AFTER_MS = process.env.FULL ? [60, 120, 180, 220, 260, 300, 340, 380, 420] : [150, 300]

describe.each(databases)('apply killed on $engine', ({ newDatabase }) => {
  test('leaves the old state or the new one, and no lock', async () => {
    const root = project(aProject())
    const env = { TOKENIDP_DATABASE_URL: await newDatabase(root) }
    const words = ['apply', '--auto-approve', '-o', 'json', '-C', root]
    await tokenidp(words, { env })
    for (const [index, delay] of KILLED_AFTER_MS.entries()) {
      write(root, 'worker.yaml', worker().replace('Worker', `Worker ${index}`))
      const victim = running(words, { env })
      const timer = setTimeout(() => victim.kill('SIGKILL'), delay)
      await victim.exited
      clearTimeout(timer)
      const { changes } = document(await tokenidp(['plan', '-o', 'json', '-C', root], { env }))
      if (JSON.stringify(changes) !== '[]')
        expect(changes).toMatchObject([{ address: 'Application/acme/worker' }])
      expect(await tokenidp(words, { env })).toMatchObject({ code: 0 })
    }
  })
})
