import { mkdirSync, writeFileSync } from 'node:fs'
import { schemaFiles } from './index.ts'

const FOLDER = new URL('../../../schemas/', import.meta.url)

mkdirSync(FOLDER, { recursive: true })
for (const [name, text] of schemaFiles()) writeFileSync(new URL(name, FOLDER), text)
