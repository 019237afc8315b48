import type { NewRevision } from '../../src/store/config-port.ts'
import { NOW } from './rows.ts'

export const aRevision = (change: Partial<NewRevision> = {}): NewRevision => ({
  owner: 'git:shop',
  kind: 'apply',
  desiredDigest: 'digest',
  liveDigest: undefined,
  minReader: '1',
  toolVersion: '1.0.0',
  gitCommit: undefined,
  gitRef: undefined,
  gitDirty: false,
  repoUrl: undefined,
  ciUrl: undefined,
  actor: 'somebody',
  reason: undefined,
  planFingerprint: undefined,
  summary: {},
  source: undefined,
  createdAt: NOW,
  ...change,
})
