/** A real TCP server, for what an HTTP server would not do. */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** Starts a server on a free port of loopback; `stop` cuts off whoever is connected. */
export const startTcpServer = async (onConnection: (socket: Socket) => void) => {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const stop = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy()
      server.close(() => resolve())
    })
  return { url: `http://127.0.0.1:${port}`, stop, [Symbol.asyncDispose]: stop }
}

/** The head of a chunked answer. */
export const head =
  'HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n'
/** A piece of a chunked body. */
export const httpChunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
