/** An HTTP server that hands on what it is asked, until it is closed. Knows no upstream. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { MachineError, messageOf } from '../errors.ts'
import type { Exchange } from './forward.ts'

/** Where to listen; port 0 takes a free one. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** A proxy that answers at `url` until it is closed, which ends every exchange at once; closing again does nothing. */
export interface RunningProxy {
  readonly url: string
  close(): Promise<void>
}

async function bind(server: Server, { host, port }: ListenAddress): Promise<string> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (cause) {
    const what = `Cannot listen on ${host}:${port}: ${messageOf(cause)}.`
    throw new MachineError([{ what, fix: 'Name a port that is free, or 0 for any.' }], { cause })
  }
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port')
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`
}

/** Starts the server. Throws MachineError when the address cannot be taken. */
export async function startListening(
  address: ListenAddress,
  handle: (exchange: Exchange) => void,
): Promise<RunningProxy> {
  // No limit of time: Ollama has none for a large upload, and closes no idle connection under its client's hands.
  const server = createServer({ noDelay: true, keepAliveTimeout: 0, requestTimeout: 0 })
  server.on('request', (request, response) => handle({ request, response }))
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const url = await bind(server, address)
  return {
    url,
    close: async () => {
      if (!server.listening) return
      const closed = once(server, 'close')
      const gone = [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)))
      server.close()
      server.closeAllConnections()
      // A server is closed a little before its connections are: whoever watches those shall have heard of it.
      await Promise.all([closed, ...gone])
    },
  }
}
