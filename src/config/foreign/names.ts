/** What can be imported, for those who only complete a word. */
export const PRODUCT_NAMES = ['keycloak', 'auth0', 'dex', 'hydra', 'authelia'] as const
export type ProductName = (typeof PRODUCT_NAMES)[number]
