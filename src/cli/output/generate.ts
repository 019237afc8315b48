import { mkdirSync, writeFileSync } from 'node:fs'
import { outputFiles } from './index.ts'

const FOLDER = new URL('../../../schemas/output/', import.meta.url)

mkdirSync(FOLDER, { recursive: true })
for (const [name, text] of outputFiles()) writeFileSync(new URL(name, FOLDER), text)
