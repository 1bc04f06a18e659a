/** A real HTTP server that streams lines at a known rhythm and writes down what happens to it. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** A request as it arrived, and whether its client stayed to the end. */
export interface Seen {
  readonly request: IncomingMessage
  readonly body: Buffer
  left: boolean
}

export interface NdjsonServer {
  readonly url: string
  readonly seen: Seen[]
  /** Resolves at the next time that a client leaves before its answer is complete. */
  leaving(): Promise<void>
  close(): Promise<void>
}

type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void

/** Starts the server on a free port; `answer` says what it does. */
export async function startNdjsonServer(answer: Answer): Promise<NdjsonServer> {
  const seen: Seen[] = []
  const listeners: (() => void)[] = []
  const server = createServer(async (request, response) => {
    const entry: Seen = { request, body: await buffer(request), left: false }
    seen.push(entry)
    response.on('close', () => {
      if (response.writableFinished) return
      entry.left = true
      for (const tell of listeners.splice(0)) tell()
    })
    answer(request, response, entry.body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    leaving: () => new Promise((resolve) => listeners.push(resolve)),
    close: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Writes `parts` one after the other, `everyMs` apart, then ends. */
export async function stream(response: ServerResponse, parts: readonly (string | Buffer)[], everyMs: number) {
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson' })
  for (const part of parts) {
    if (response.destroyed) return
    response.write(part)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
  response.end()
}
