#!/usr/bin/env node
// No static import: on an older Node the native database module would crash before any message.
if (Number(process.versions.napi) >= 10) {
  // Signing and hashing share libuv's threads, which are counted when the first of them starts.
  process.env.UV_THREADPOOL_SIZE ??= String(
    Math.max(4, process.getBuiltinModule('node:os').availableParallelism()),
  )
  const { main } = await import('../dist/cli/main.js')
  await main(process.argv.slice(2))
} else {
  process.stderr.write(
    `tokenidp needs Node 22.22.2, 24.15.0, 26 or later, and this is ${process.version}: install a newer Node, or start it through npm, which brings its own.\n`,
  )
  process.exitCode = 78
}
