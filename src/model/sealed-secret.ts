/** What a client's secret is sealed for: it opens for no other application and under no other id. */
export const secretPurpose = (applicationUid: string, id: string): string =>
  ['client-secret', applicationUid, id].join(' ')
