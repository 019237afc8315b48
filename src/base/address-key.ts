/**
 * What is counted of a client is counted under: its IPv4 address, or the first 64 bits of its IPv6 address,
 * because one subscriber has all the addresses below them (RFC 6177 §2).
 */
export function addressKey(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::', 2)
  const first = groupsOf(head)
  const last = groupsOf(tail ?? '')
  const zeros = Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0')
  return [...first, ...zeros, ...last].slice(0, 4).join(':')
}

const groupsOf = (text: string): readonly string[] =>
  text.split(':').flatMap((group) => {
    if (group === '') return []
    // The last 32 bits may be written as IPv4.
    return group.includes('.') ? ['0', '0'] : [group.replace(/^0+(?=.)/, '')]
  })
