import { EXIT } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { tool } from '../tool.ts'

export async function version({ world }: Invocation): Promise<Outcome> {
  const node = world.self.nodeVersion
  return {
    exit: EXIT.ok,
    kind: 'Version',
    body: { version: tool.version, node },
    text: `tokenidp ${tool.version} (Node ${node})\n`,
  }
}
