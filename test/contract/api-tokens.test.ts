import { describe, expect, test } from 'vitest'
import { verifyAudit } from '../../src/deploy/audit-chain.ts'
import { openedStore } from '../support/opened-store.ts'
import { aKeyActor, anAccessToken, anApiToken, anId, NOW, times } from '../support/rows.ts'
import { stores } from '../support/stores.ts'

const BY = aKeyActor({ actor: 'ann' })

describe.each(stores)('API tokens on $name', (engine) => {
  const store = openedStore(engine)

  test('an API token comes back as it was, and is an access token', async () => {
    const { apiTokens, accessTokens } = store().tenant(anId())
    const token = anApiToken({ name: undefined })
    await apiTokens.create(token, BY)
    const stored = { ...token, createdBy: 'ann', revokedAt: undefined }
    expect(await apiTokens.find(token.access.key)).toEqual(stored)
    expect(await accessTokens.find(token.access.key)).toMatchObject({
      ...token.access,
      isLive: true,
    })
  })

  test('they are listed from the newest, also those of one application', async () => {
    const { apiTokens } = store().tenant(anId())
    const other = { ...anAccessToken(), applicationUid: 'other', format: 'api-token' } as const
    for (const change of [{ id: '1' }, { id: '2', access: other }, { id: '3' }])
      await apiTokens.create(anApiToken(change), BY)
    const ids = async (uid?: string) => (await apiTokens.list(uid)).map(({ id }) => id)
    expect(await ids()).toEqual(['3', '2', '1'])
    expect(await ids('application')).toEqual(['3', '1'])
    expect(await ids('nobody')).toEqual([])
  })

  test('of 20 revocations one ends it, and the record tells of that one', async () => {
    const { apiTokens, accessTokens } = store().tenant(anId())
    const token = anApiToken()
    await apiTokens.create(token, BY)
    const answers = await times(20, () => apiTokens.revoke(token.id, { ...BY, at: NOW + 1 }))
    expect(answers.filter((each) => each !== undefined)).toMatchObject([{ revokedAt: NOW + 1 }])
    expect(await accessTokens.find(token.access.key)).toMatchObject({ isLive: false })
    const address = `ApiToken/acme/${token.id}`
    const entries = await store().config.audit({ address, limit: 30 })
    expect(entries.map(({ action, actor }) => [action, actor])).toEqual([
      ['api-token.revoke', 'ann'],
      ['api-token.create', 'ann'],
    ])
    expect(await verifyAudit(store().config)).toMatchObject({ outcome: 'whole' })
  })

  test('what is not there, or was revoked as an access token, is not revoked again', async () => {
    const { apiTokens, accessTokens } = store().tenant(anId())
    const token = anApiToken()
    await apiTokens.create(token, BY)
    expect(await apiTokens.revoke('nobody', BY)).toBeUndefined()
    await accessTokens.revoke(token.access.key, NOW)
    expect(await apiTokens.revoke(token.id, BY)).toBeUndefined()
    expect(await apiTokens.list()).toMatchObject([{ revokedAt: NOW }])
  })
})
