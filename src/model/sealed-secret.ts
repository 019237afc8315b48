/** What a client's secret is sealed for: it opens for no other application and under no other id. */
export const secretPurpose = (tenant: string, application: string, id: string): string =>
  ['client-secret', tenant, application, id].join(' ')
