import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import { StoreError } from './store-error.ts'

/** What we wrote as JSON. Where it is none any more, its text is not repeated: it may hold anything. */
export function storedJson(text: string, what: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    throw damaged(what)
  }
}

export function storedObject(text: string, what: string): JsonObject {
  const found = storedJson(text, what)
  if (isJsonObject(found)) return found
  throw damaged(what)
}

const damaged = (what: string): StoreError =>
  new StoreError('damaged', `the database holds ${what}, which is no longer as it was written`, {
    next: 'restore it from a backup',
  })
