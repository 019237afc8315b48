import { isSopsList, isSopsMap, type SopsMap, type SopsNode } from './tree.ts'

/** What SOPS keeps beside the values. */
export interface SopsMetadata {
  /** The key of the values, encrypted for each who may open the file. */
  readonly age: readonly { readonly recipient: string; readonly encrypted: string }[]
  /** Other services that hold it. */
  readonly others: readonly string[]
  /** With more than one, the key is shared out among them. */
  readonly groups: number
  readonly mac: string
  readonly lastModified: string
  readonly macOnlyEncrypted: boolean
}

const OTHERS: Readonly<Record<string, string>> = {
  pgp: 'PGP',
  kms: 'AWS KMS',
  gcp_kms: 'Google Cloud KMS',
  azure_kv: 'Azure Key Vault',
  hc_vault: 'HashiCorp Vault',
  hckms: 'Huawei Cloud KMS',
}

export function metadataIn(tree: SopsMap): SopsMetadata | undefined {
  const sops = tree.get('sops')
  if (!isSopsMap(sops)) return undefined
  const [mac, lastModified] = [textIn(sops, 'mac'), textIn(sops, 'lastmodified')]
  if (lastModified === '') return undefined
  const groups = listIn(sops, 'key_groups').filter(isSopsMap)
  const [keys = sops] = groups
  const macOnly = sops.get('mac_only_encrypted')
  return {
    age: listIn(keys, 'age')
      .filter(isSopsMap)
      .map((each) => ({ recipient: textIn(each, 'recipient'), encrypted: textIn(each, 'enc') })),
    others: Object.entries(OTHERS)
      .filter(([name]) => listIn(keys, name).length > 0)
      .map(([, name]) => name),
    groups: groups.length,
    mac,
    // As SOPS writes it again: in whole seconds.
    lastModified: lastModified.replace(/\.\d+/, '').replace('+00:00', 'Z'),
    macOnlyEncrypted: macOnly === true || macOnly === 'true',
  }
}

const listIn = (map: SopsMap, name: string): readonly SopsNode[] => {
  const found = map.get(name)
  return isSopsList(found) ? found : []
}

const textIn = (map: SopsMap, name: string): string => {
  const found = map.get(name)
  return typeof found === 'string' ? found : ''
}
