/** A real HTTP server that answers as a test says, and tells what it was asked and who hung up. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it came. */
interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

export type Answer = (response: ServerResponse, asked: Asked, index: number) => void | Promise<void>

/** The running server: `asked` grows with every request, `hangUps` with every response that the client cut off. */
export interface ScriptedServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly asked: readonly Asked[]
  readonly hangUps: () => number
  /** Connections accepted so far. */
  readonly connections: () => number
  readonly openConnections: () => number
  readonly dropIdle: () => void
}

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  const text = Buffer.concat(pieces).toString('utf8')
  return text === '' ? null : JSON.parse(text)
}

/** Starts a server on a free port of loopback. */
export const startScriptedServer = async (answer: Answer): Promise<ScriptedServer> => {
  const asked: Asked[] = []
  let hangUps = 0
  let connections = 0
  let open = 0
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    response.once('close', () => {
      if (!response.writableFinished) hangUps += 1
    })
    const entry = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: await readBody(request),
    }
    asked.push(entry)
    await answer(response, entry, asked.length - 1)
  }
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  server.on('connection', (socket) => {
    connections += 1
    open += 1
    socket.once('close', () => {
      open -= 1
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    hangUps: () => hangUps,
    connections: () => connections,
    openConnections: () => open,
    dropIdle: () => server.closeIdleConnections(),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Answers 200 with these pieces of an NDJSON stream, each flushed by itself, and ends. */
export const streamOf =
  (...pieces: readonly (string | Buffer)[]): Answer =>
  async (response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    for (const piece of pieces) {
      response.write(piece)
      await new Promise((resolve) => setImmediate(resolve))
    }
    response.end()
  }

/** Answers with a status and a body; an object is sent as JSON. */
export const answerOf =
  (status: number, body: unknown, contentType?: string): Answer =>
  (response) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const type = contentType ?? (typeof body === 'string' ? 'text/plain' : 'application/json')
    response.writeHead(status, { 'content-type': type }).end(text)
  }

/** A stream of these pieces that then stays open and silent. */
export const silentAfter =
  (...pieces: readonly string[]): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.flushHeaders()
    for (const piece of pieces) response.write(piece)
  }
