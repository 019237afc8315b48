import { existsSync, readdirSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { ROOT } from './support/command.ts'
import { tokenidpHere } from './support/in-process.ts'
import { serving } from './support/serving.ts'
import { stores } from './support/stores.ts'

interface Example {
  readonly name: string
  readonly environment?: string
  /** A tenant whose metadata must be served. */
  readonly tenant: string
  readonly env?: Readonly<Record<string, string>>
}

const SECRETS = {
  NORTH_SHOP_SECRET: 'north-shop-secret-for-this-test-only',
  NORTH_STOCK_SYNC_SECRET: 'north-stock-secret-for-this-test-only',
  SOUTH_SHOP_SECRET: 'south-shop-secret-for-this-test-only',
}

const SECRETS_OF_TEAMS = {
  CHECKOUT_SHOP_SECRET: 'checkout-secret-for-this-test-only',
  SUPPORT_DESK_SECRET: 'support-secret-for-this-test-only',
  WAREHOUSE_PACKING_SECRET: 'warehouse-secret-for-this-test-only',
}

const EXAMPLES: readonly Example[] = [
  { name: 'minimal', tenant: 'acme' },
  { name: 'quickstart', tenant: 'acme' },
  { name: 'bench', tenant: 'es256' },
  { name: 'conformance', tenant: 'certify' },
  { name: 'multi-tenant', environment: 'dev', tenant: 'north', env: SECRETS },
  { name: 'multi-tenant', environment: 'prod', tenant: 'north', env: SECRETS },
  { name: 'monorepo', environment: 'dev', tenant: 'acme', env: SECRETS_OF_TEAMS },
  { name: 'monorepo', environment: 'prod', tenant: 'acme', env: SECRETS_OF_TEAMS },
]

test('every example is here', () => {
  const projects = readdirSync(`${ROOT}config-examples`).filter((name) =>
    existsSync(`${ROOT}config-examples/${name}/tokenidp.yaml`),
  )
  expect(projects.sort()).toEqual([...new Set(EXAMPLES.map(({ name }) => name))].sort())
})

describe.each(stores)('config-examples on $name', (engine) => {
  const ends: (() => unknown)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })

  test.each(EXAMPLES)(
    '$name $environment: validated, planned, applied, served',
    async (example) => {
      const database = await engine.fresh()
      ends.push(database.remove)
      const env = { TOKENIDP_DATABASE_URL: database.url, ...example.env }
      const where = ['-C', `${ROOT}config-examples/${example.name}`]
      if (example.environment !== undefined) where.push('-e', example.environment)
      const tokenidp = async (...args: string[]) => {
        const outcome = await tokenidpHere([...args, ...where], { env })
        expect(outcome.code, `${args.join(' ')}\n${outcome.stdout}${outcome.stderr}`).toBe(0)
        return outcome
      }

      await tokenidp('validate')
      const plan = JSON.parse((await tokenidp('plan', '-o', 'json')).stdout)
      expect(plan.changes.length).toBeGreaterThan(2)
      await tokenidp('apply', '--auto-approve')
      expect(JSON.parse((await tokenidp('plan', '-o', 'json')).stdout).changes).toEqual([])

      const isProduction = example.environment === 'prod'
      const server = await serving({ databaseUrl: database.url, keepPublicUrl: isProduction })
      ends.push(server.stop)
      const answer = await fetch(`${server.url}/${example.tenant}/.well-known/openid-configuration`)
      expect(answer.status).toBe(200)
    },
  )
})
