/** Ports that are taken for a while. Knows who looks for free ones only by where it begins to look. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterTheTests } from './clean-up.ts'

/** The gate looks for free ports from here on. */
const firstPort = 11_434

async function take(port: number): Promise<Server | null> {
  const server = createServer((socket) => socket.destroy())
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    return server
  } catch {
    return null
  }
}

/**
 * Takes the first ports that are free, until it is told to give them back. A server that is started meanwhile lies behind
 * them; once they are free again, whoever looks for a port finds these first, and not that of a server which is
 * restarted just then.
 */
export async function takeFirstPorts(): Promise<() => void> {
  const servers = await Promise.all(Array.from({ length: 8 }, (_, index) => take(firstPort + index)))
  const giveBack = () => {
    for (const server of servers) server?.close()
  }
  afterTheTests(giveBack)
  return giveBack
}
