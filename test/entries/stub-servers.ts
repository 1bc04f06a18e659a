/** Servers that are not what the gate hopes for: an Ollama with one answer replaced, and things that are no Ollama. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { json } from 'node:stream/consumers'
import { afterTheTests } from './clean-up.ts'

/** Answers one request; what it leaves open stays open until the tests are over. */
export type Answer = (response: ServerResponse, body: Fields) => void

export type Fields = Readonly<Record<string, unknown>>

/** What a stand-in for Ollama says; whatever is not given is said as Ollama does. */
export interface OllamaAnswers {
  readonly version?: Answer
  readonly models?: readonly string[]
  readonly ps?: Answer
  readonly load?: Answer
  /** Of a model that is loaded: that one is not is nothing to wait for. */
  readonly unload?: Answer
  readonly chat?: Answer
}

async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  afterTheTests(async () => {
    server.close()
    for (const socket of sockets) socket.destroy()
    await once(server, 'close')
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** An HTTP server that gives the same answer to everything. */
export const anHttpServer = (answer: (response: ServerResponse) => void): Promise<string> =>
  listening(createServer((_, response) => answer(response)))

/** A TCP server; `welcome` gets every connection. */
export const aTcpServer = (welcome: (socket: Socket) => void): Promise<string> =>
  listening(createTcpServer((socket) => welcome(socket.on('error', () => {}))))

/** An address on which nothing listens. */
export async function deadUrl(): Promise<string> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}

const say = (response: ServerResponse, value: unknown): void => {
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.end(JSON.stringify(value))
}

/** A line of a chat stream with one word; `done` is true in the last one. */
export const chatLine = (content: string, fields: Fields = {}): string =>
  `${JSON.stringify({ model: 'tiny:latest', created_at: new Date().toISOString(), message: { role: 'assistant', content }, done: false, ...fields })}\n`

/** The last line of a chat stream, for so many tokens. */
export const lastLine = (tokens: number): string =>
  chatLine('', {
    done: true,
    done_reason: 'length',
    total_duration: 2e8,
    load_duration: 1e6,
    prompt_eval_count: 40,
    prompt_eval_duration: 1e8,
    eval_count: tokens,
    eval_duration: 1e8,
  })

/** Twelve words at once, and a proper end. */
export const answerWell: Answer = (response) => {
  response.setHeader('content-type', 'application/x-ndjson')
  for (let i = 0; i < 12; i += 1) response.write(chatLine(` w${i}`))
  response.end(lastLine(12))
}

/**
 * As well, but so late that a client that is itself late, as on a busy machine, spoils no trial (core/validity.ts): for
 * tests that need trials that count.
 */
export const answerUnhurried: Answer = (response, body) => {
  setTimeout(answerWell, 400, response, body)
}

/** An Ollama in miniature: one model that is loaded once it was asked for. */
export async function anOllama(answers: OllamaAnswers = {}): Promise<string> {
  const models = answers.models ?? ['tiny:latest']
  const loaded = new Set<string>()
  const row = (name: string) => ({ name, model: name, size: 1000, size_vram: 1000, context_length: 1024 })
  const generate: Answer = (response, body) => {
    const ending = body.keep_alive === 0
    const model = String(body.model)
    const other = ending ? loaded.has(model) && answers.unload : answers.load
    if (ending) loaded.delete(model)
    else loaded.add(model)
    if (other) other(response, body)
    else say(response, { model: body.model, done: true, done_reason: ending ? 'unload' : 'load' })
  }
  const routes: Readonly<Record<string, Answer>> = {
    '/api/version': answers.version ?? ((response) => say(response, { version: '0.24.0' })),
    '/api/tags': (response) =>
      say(response, { models: models.map((name) => ({ name, digest: 'd'.repeat(64), size: 1000 })) }),
    '/api/show': (response) => say(response, { details: {}, model_info: {}, capabilities: ['completion'] }),
    '/api/ps': answers.ps ?? ((response) => say(response, { models: [...loaded].map(row) })),
    '/api/generate': generate,
    '/api/chat': answers.chat ?? answerWell,
  }
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = request.method === 'POST' ? ((await json(request)) as Fields) : {}
    const route = routes[request.url ?? '']
    if (route) route(response, body)
    else response.writeHead(404).end()
  }
  return listening(
    createServer((request, response) => {
      serve(request, response).catch(() => response.destroy())
    }),
  )
}
