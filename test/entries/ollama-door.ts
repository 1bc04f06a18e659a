/**
 * An Ollama as the gate sees it: our scripted engine in a process of its own, behind a door in this one. The door says
 * a real version, can say other things than the engine does, and tells when a chat has come. Knows no test.
 */
import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as openRequest,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { afterTheTests } from './clean-up.ts'
import { aScriptedServer } from './scripted-server.ts'

/** A model as /api/tags or /api/ps lists it. */
export type ModelRow = Readonly<Record<string, unknown>>

/** What happens before the chat of this number, from 1, is passed on, which waits for it. */
export type OnChat = (number: number) => unknown

/** What the door changes; what is left out is as the engine has it. */
export interface DoorAnswers {
  /** What /api/version says when it is asked for the n-th time, from 1: once at first, and before every trial. */
  readonly version?: (asked: number) => string | Promise<string>
  readonly tags?: (rows: readonly ModelRow[]) => readonly ModelRow[]
  readonly ps?: (rows: readonly ModelRow[]) => readonly ModelRow[]
  readonly onChat?: OnChat
}

/** What the door says by itself. */
export const ollamaVersion = '0.24.0'

const say = (response: ServerResponse, value: unknown): void => {
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.end(JSON.stringify(value))
}

async function passOn(engine: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/', headers } = request
  const onward = openRequest(new URL(url, engine), { method, headers: headers as OutgoingHttpHeaders })
  response.on('close', () => onward.destroy())
  const answered = once(onward, 'response') as Promise<[IncomingMessage]>
  await Promise.all([pipeline(request, onward), answered])
  const [answer] = await answered
  response.writeHead(answer.statusCode ?? 502, answer.headers)
  await pipeline(answer, response)
}

async function listed(
  engine: string,
  path: string,
  change: DoorAnswers['ps'] = (rows) => rows,
): Promise<unknown> {
  const { models } = (await (await fetch(`${engine}${path}`)).json()) as { models: readonly ModelRow[] }
  return { models: change(models) }
}

/** Opens a door before an engine that runs; resolves to its address. It closes with the tests. */
export async function aDoor(engine: string, answers: DoorAnswers = {}): Promise<string> {
  let chats = 0
  let asked = 0
  const version = async (): Promise<string> => {
    asked += 1
    return (await answers.version?.(asked)) ?? ollamaVersion
  }
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { url = '' } = request
    if (url === '/api/version') return say(response, { version: await version() })
    if (url === '/api/tags') return say(response, await listed(engine, url, answers.tags))
    if (url === '/api/ps') return say(response, await listed(engine, url, answers.ps))
    if (url === '/api/chat') {
      chats += 1
      await answers.onChat?.(chats)
    }
    return passOn(engine, request, response)
  }
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
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

/** All of the model is on the GPU, as most policies want it, and the first token comes late enough for a late client. */
export const onTheGpu = {
  // As many as the policies of these tests ask for.
  model: { layers: 7 },
  ttftMs: 400,
  tokensPerSecond: 500,
  jitterRatio: 0.001,
  loadMs: 5,
  unloadMs: 1,
}

/** An engine that plays the script, behind a door. */
export const anOllamaWith = async (answers: DoorAnswers = {}, script: object = {}): Promise<string> =>
  aDoor(await aScriptedServer({ ...onTheGpu, ...script }), answers)
