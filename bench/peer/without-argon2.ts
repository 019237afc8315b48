/** `node --import` this in front of a server: it verifies passwords at no price. */
import { registerHooks } from 'node:module'

const url = import.meta.resolve('./argon2-unasked.ts')

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@node-rs/argon2' ? { url, shortCircuit: true } : next(specifier, context),
})
