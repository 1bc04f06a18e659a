import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { askPort, describeAnswer } from '../../../src/adapters/process/port-answer.ts'

const servers: Server[] = []
const sockets = new Set<Socket>()
const portOf = async (server: Server): Promise<number> => {
  servers.push(server)
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}
const http = (listener: RequestListener): Promise<number> => portOf(createHttpServer(listener))
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  for (const server of servers.splice(0)) server.close()
})

const longMs = 20_000

describe('askPort', () => {
  it.each([
    ['an Ollama', '{"version":"0.24.0"}', { kind: 'ollama', version: '0.24.0' }],
    [
      'a build of one’s own',
      '{"version":"0.33.0-rc2-0-gfb30760"}',
      { kind: 'ollama', version: '0.33.0-rc2-0-gfb30760' },
    ],
    ['another web server', '<html>', { kind: 'other' }],
    ['another API', '{"name":"x"}', { kind: 'other' }],
    ['a version that is none', '{"version":"1\\n::error::"}', { kind: 'other' }],
    ['an endless answer', `{"version":"${'9'.repeat(100_000)}"}`, { kind: 'other' }],
  ])('%s', async (_, body, expected) => {
    const port = await http((request, response) => response.end(request.url === '/api/version' ? body : ''))
    expect(await askPort(port, longMs)).toEqual(expected)
  })

  it('nobody', async () => {
    const port = await http(() => undefined)
    await new Promise((resolve) => servers.pop()?.close(resolve))
    expect(await askPort(port, longMs)).toEqual({ kind: 'refused' })
  })

  it('somebody who accepts and says nothing', async () => {
    expect(await askPort(await portOf(createServer()), 200.5)).toEqual({ kind: 'silent' })
  })

  it('somebody who stops in the middle', async () => {
    const port = await http((_, response) => response.writeHead(200).write('{"ver'))
    expect(await askPort(port, 200)).toEqual({ kind: 'silent' })
  })

  it('somebody who hangs up', async () => {
    const port = await portOf(createServer((socket) => socket.destroy()))
    expect(await askPort(port, longMs)).toEqual({ kind: 'other' })
  })

  it('ends with the signal', async () => {
    const port = await portOf(createServer())
    expect(await askPort(port, longMs, AbortSignal.timeout(100))).toEqual({ kind: 'silent' })
  })
})

describe('describeAnswer', () => {
  it.each([
    [{ kind: 'ollama', version: '0.24.0' } as const, 'Ollama 0.24.0 answers on port 1 already.'],
    [{ kind: 'other' } as const, 'Something that is not Ollama answers on port 1.'],
    [{ kind: 'silent' } as const, 'Something listens on port 1 and does not answer.'],
    [{ kind: 'refused' } as const, 'Port 1 is taken, and nobody answers there.'],
  ])('%j', (answer, expected) => {
    expect(describeAnswer(1, answer)).toBe(expected)
  })
})
