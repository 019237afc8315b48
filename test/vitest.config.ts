import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { closingLine } from './support/closing-line.ts'

const LAYERS = 'test/architecture.test.ts'
/** What needs packages of the system: in `npm run test:full`. */
const LONG = process.env.FULL === '1' ? [] : ['test/**/*.full.test.ts']

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    maxWorkers: 2,
    // Reading all modules again for each file took a third of the time. Nothing here replaces a module.
    isolate: false,
    reporters: ['default', closingLine],
    projects: [
      // Alone in `npm run check`, and no database is started for it.
      { extends: true, test: { name: 'layers', include: [LAYERS] } },
      {
        extends: true,
        test: {
          name: 'behaviour',
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          exclude: [LAYERS, ...LONG],
          globalSetup: ['test/support/postgres.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          // As patient as a test: a second is little on a busy machine.
          expect: { poll: { timeout: 20_000 } },
        },
      },
    ],
  },
})
