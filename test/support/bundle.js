/**
 * `src/` → `dist/`: a few files in place of hundreds, with the packages that are only code in them, and the schemas
 * as the functions that they would be compiled to. What is read beside the code is found from `dist/cli` as from `src/*`.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import standalone from 'ajv/dist/standalone/index.js'
import { rolldown } from 'rolldown'

/** Native code, workers, and what is loaded by the name of its file. */
const APART = /^(?:better-sqlite3|@node-rs\/|piscina|pino|pg$|express$|chokidar|bcryptjs)/

/** @param {string} root the folder of the project */
export async function bundle(root) {
  const build = await rolldown({
    cwd: root,
    input: {
      main: 'src/cli/main.ts',
      'bcrypt-worker': 'src/base/bcrypt-worker.ts',
      'parse-worker': 'src/config/parse-worker.ts',
    },
    platform: 'node',
    external: APART,
    tsconfig: 'tsconfig.json',
    plugins: [compiledSchemas(root), builtins],
  })
  const { output } = await build.write({
    dir: join(root, 'dist/cli'),
    format: 'esm',
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: { groups: together(join(root, 'src')) },
  })
  for (const part of output)
    if (part.type === 'chunk')
      writeFileSync(join(root, 'dist/cli', part.fileName), ascii(part.code))
  const modules = output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []))
  writeFileSync(join(root, 'dist/LICENSES.txt'), licensesOf(modules))
}

/**
 * A text with a single other character in it takes V8 twice the memory, and longer to read.
 * @param {string} code
 */
function ascii(code) {
  // A backslash before it would become one before its escape.
  if (/(?<!\\)(?:\\\\)*\\[^\0-\x7f]/.test(code)) throw new Error('an escaped letter beyond ASCII')
  return code.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/**
 * What is always read together is one file: each takes about as long to find as to read. What servers share with
 * the reader of documents is apart from it, since they have no use for the rest.
 * @param {string} src
 */
function together(src) {
  /** @type {ReadonlyMap<string, ReadonlySet<string>> | undefined} */
  let chunks
  return CHUNKS.map((name, index) => ({
    debugName: name,
    /** @type {import('rolldown').CodeSplittingNameFunction} */
    name(id, modules) {
      chunks ??= chunksOf(src, modules)
      return chunks.get(name)?.has(id) ? name : null
    },
    // A chunk also takes what its modules need, of what is in none before it.
    priority: CHUNKS.length - index,
  }))
}

const CHUNKS = ['first', 'light', 'parse', 'shared', 'read']

/** Servers read none, and a third of what they would load is this. */
const YAML = /node_modules\/yaml\//

/** @typedef {Pick<import('rolldown').PluginContext, 'getModuleInfo'>} Modules */

/**
 * @param {string} src
 * @param {Modules} modules
 */
function chunksOf(src, modules) {
  const reader = join(src, 'config/index.ts')
  const read = importedFrom(reader, modules)
  const isUsedAlone = (/** @type {string} */ id) =>
    id !== reader && modules.getModuleInfo(id)?.importers.some((importer) => !read.has(importer))
  const alone = [...read].filter(isUsedAlone).flatMap((id) => [...importedFrom(id, modules)])
  const parse = importedFrom(join(src, 'config/parse.ts'), modules)
  const isLight = (/** @type {string} */ id) =>
    ![...importedFrom(id, modules)].some((imported) => YAML.test(imported))
  return new Map([
    ['first', importedFrom(join(src, 'cli/main.ts'), modules)],
    ['light', new Set([...parse, ...alone].filter(isLight))],
    ['parse', parse],
    ['shared', new Set(alone)],
    ['read', read],
  ])
}

/**
 * All that comes along with a module; with `until`, also what it may load later, but not that one.
 * @param {string} entry
 * @param {Modules} modules
 * @param {string} [until]
 */
function importedFrom(entry, modules, until) {
  const found = new Set([entry])
  for (const id of found) {
    const info = modules.getModuleInfo(id)
    const later = until === undefined ? [] : (info?.dynamicallyImportedIds ?? [])
    for (const imported of [...(info?.importedIds ?? []), ...later])
      if (imported !== until) found.add(imported)
  }
  return found
}

const BUILTIN = '\0builtin:'

/** For an import, Node makes each part of its own modules ready, also those that nobody asks for: half of `--help`. */
const builtins = {
  name: 'builtins',
  /** @param {string} id */
  resolveId: (id) => (id.startsWith('node:') && id !== 'node:module' ? BUILTIN + id : null),
  /** @param {string} id */
  load(id) {
    if (!id.startsWith(BUILTIN)) return null
    const name = id.slice(BUILTIN.length)
    return {
      code: SELDOM.has(name) ? whenUsed(name) : `module.exports = ${load(name)}`,
      moduleType: 'js',
    }
  },
}

/** Imported at the top by what every command needs, for the sake of what few commands do. */
const SELDOM = new Set(['node:child_process'])

/** @param {string} name */
const load = (name) => `process.getBuiltinModule(${JSON.stringify(name)})`

/** @param {string} name */
function whenUsed(name) {
  const members = Object.keys(process.getBuiltinModule(name))
  const getters = members.map((member) => `get ${member}() { return ${load(name)}.${member} }`)
  return `module.exports = {\n${getters.join(',\n')}\n}`
}

/** @param {string} root */
function compiledSchemas(root) {
  const file = join(root, 'src/config/validators.ts')
  return {
    name: 'compiled-schemas',
    /** @param {string} id */
    async load(id) {
      if (id !== file) return null
      const { EVERY_KIND } = await import('../../src/config/kinds.ts')
      const { schemaOf } = await import('../../src/config/published-schema.ts')
      const { schemaReader } = await import('../../src/config/schema-reader.ts')
      const reader = schemaReader({ code: { source: true } })
      for (const kind of EVERY_KIND) reader.addSchema(schemaOf(kind), kind)
      const names = Object.fromEntries(EVERY_KIND.map((kind) => [kind, kind]))
      const code = standalone.default(reader, names)
      return { code: `${code};exports.validatorOf = (kind) => exports[kind]`, moduleType: 'js' }
    },
  }
}

/**
 * Of the packages that were taken in, the licences they ask to be kept with them.
 * @param {readonly string[]} modules
 */
function licensesOf(modules) {
  const packages = modules.map((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0])
  return [...new Set(packages)]
    .flatMap((folder) => (folder !== undefined && existsSync(folder) ? [folder] : []))
    .sort()
    .map((folder) => {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      const files = readdirSync(folder).filter((file) => /^licen[cs]e/i.test(file))
      const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim())
      return `${name} ${version}\n\n${texts.join('\n\n')}\n`
    })
    .join(`\n${'-'.repeat(78)}\n\n`)
}
