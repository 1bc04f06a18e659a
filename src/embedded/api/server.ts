/** The HTTP server around an engine. Knows no arguments and no signals. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ApiError, messageOf } from '../api-error.ts'
import type { Engine } from '../engine.ts'
import { Residency } from '../residency/residency.ts'
import { StartupError } from '../startup-error.ts'
import { answerError } from './answer.ts'
import type { GenerationContext } from './generation.ts'
import { isAllowedHost, isLoopback } from './host-guard.ts'
import { type Call, route } from './routes.ts'

/** Where to listen; port 0 is any free one. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** A server that listens. `close` breaks every connection, frees the engine and may be called again. */
export interface RunningServer {
  readonly url: string
  close(): Promise<void>
}

type HostFilter = (host: string | undefined) => boolean

/** What is answered on purpose needs no line in the log. */
const logFailure = (call: Call, thrown: unknown): void => {
  if (thrown instanceof ApiError) return
  console.error(`${call.incoming.method} ${call.incoming.url}: ${messageOf(thrown)}`)
}

const answer = async (call: Call, context: GenerationContext, isAllowed: HostFilter): Promise<void> => {
  const { incoming, response } = call
  try {
    if (isAllowed(incoming.headers.host)) await route(call, context)
    else response.writeHead(403, { 'content-length': 0 }).end()
  } catch (thrown) {
    if (response.destroyed) return
    logFailure(call, thrown)
    if (!response.headersSent) answerError(response, thrown)
    else response.end(`${JSON.stringify({ error: messageOf(thrown) })}\n`)
  }
}

const createHttpServer = (context: GenerationContext, isAllowed: HostFilter): Server => {
  const server = createServer({ noDelay: true, keepAlive: true }, (incoming, response) => {
    void answer({ incoming, response }, context, isAllowed)
  })
  // Ollama closes no idle connection and limits no request: a client must not meet ours doing so.
  server.keepAliveTimeout = 0
  server.headersTimeout = 0
  server.requestTimeout = 0
  return server
}

const listenError = ({ host, port }: Address, cause: NodeJS.ErrnoException): StartupError => {
  const what = `cannot listen on ${host}:${port}`
  if (cause.code === 'EADDRINUSE') {
    return new StartupError(
      what,
      'another process has the port',
      'stop it, or use --port 0 for any free port',
      { cause },
    )
  }
  return new StartupError(what, cause.message, 'use another --host or --port', { cause })
}

const listen = async (server: Server, address: Address): Promise<string> => {
  server.listen(address.port, address.host)
  try {
    await once(server, 'listening')
  } catch (thrown) {
    throw listenError(address, thrown as NodeJS.ErrnoException)
  }
  const { port, family, address: bound } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${bound}]` : bound}:${port}`
}

const createContext = (engine: Engine, residency: Residency): GenerationContext => {
  let count = 0
  const nextNumber = (): number => {
    count += 1
    return count
  }
  return { engine, residency, nextNumber }
}

/** Starts to serve. Throws StartupError when the address cannot be had; the engine is closed then. */
export const startServer = async (engine: Engine, address: Address): Promise<RunningServer> => {
  const residency = new Residency(engine)
  // Who listens to the network has names that this process cannot know.
  const isAllowed = isLoopback(address.host) ? isAllowedHost : () => true
  const server = createHttpServer(createContext(engine, residency), isAllowed)
  const close = async (): Promise<void> => {
    server.close()
    server.closeAllConnections()
    await residency.close()
    await engine.close()
  }
  try {
    const url = await listen(server, address)
    let closing: Promise<void> | null = null
    return {
      url,
      close: () => {
        closing ??= close()
        return closing
      },
    }
  } catch (thrown) {
    await close()
    throw thrown
  }
}
