/** Which server each agent of a cell runs on. */

/** The server of each agent in turn, and the topology that this comes to. */
export interface Deal {
  readonly servers: readonly number[]
  readonly topology: string
}

const nameOf = (servers: number): string =>
  ({ 1: 'one-server', 2: 'two-servers' })[servers] ?? `${servers}-servers`

/**
 * Deals `agents` agents to `servers` servers: all to the first (one-server), one to each (two-servers, server-each), or in turn over
 * what there is (as-given). Null when there are too few servers for that.
 */
export function dealServers(topology: string, agents: number, servers: number): Deal | null {
  const wanted = topology === 'one-server' ? 1 : topology === 'as-given' ? servers : agents
  if (servers < Math.max(1, wanted)) return null
  const dealt = Array.from({ length: agents }, (_, agent) => agent % wanted)
  return { servers: dealt, topology: nameOf(new Set(dealt).size) }
}
