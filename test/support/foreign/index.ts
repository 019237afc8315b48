/** Exports of other products, made from the formats that they document. */
import { stringify } from 'yaml'
import { auth0Tenant } from './auth0.ts'
import { autheliaConfig } from './authelia.ts'
import { dexConfig } from './dex.ts'
import { hydraClients } from './hydra.ts'
import { keycloakRealm } from './keycloak.ts'

export const EXPORTS = [
  {
    product: 'keycloak',
    make: (seed: number, clients: number): object => keycloakRealm(seed, clients),
    write: JSON.stringify,
  },
  {
    product: 'auth0',
    make: (seed: number, clients: number): object => auth0Tenant(seed, clients),
    write: (value: object) => stringify(value),
  },
  {
    product: 'dex',
    make: (seed: number, clients: number): object => dexConfig(seed, clients),
    write: (value: object) => stringify(value),
  },
  {
    product: 'hydra',
    make: (seed: number, clients: number): object => hydraClients(seed, clients),
    write: JSON.stringify,
  },
  {
    product: 'authelia',
    make: (seed: number, clients: number): object => autheliaConfig(seed, clients),
    write: (value: object) => stringify(value),
  },
] as const

export { keycloakRealm }
