/** Keeps HTTP connections to one server warm, one undici Client a connection. Knows nothing of what is said on them. */
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, TLSSocket } from 'node:tls'
import { type buildConnector, Client } from 'undici'
import type { Clock } from '../../ports/clock.ts'

/** How long an unused connection stays open. Opening another is never part of a measured time, so this is not critical. */
const idleMs = 60_000

/** One connection: opened by its first exchange, opened again by itself when the server closed it meanwhile. */
export interface Connection {
  readonly client: Client
  /** When the bytes that the client is parsing now were there to be read, in ms of the clock. */
  arrivedMs(): number
  /** Destroys the socket, also one that is still connecting. */
  readonly drop: () => void
}

/** Connections to one server. An exchange takes one alone, and gives it back or drops it. */
export interface Connections {
  /** An idle connection, or a new one. Throws Error after `close`. */
  take(): Connection
  giveBack(connection: Connection): void
  drop(connection: Connection): void
  /** Drops all of them, also those in use. */
  close(): Promise<void>
}

const openSocket = (target: buildConnector.Options): Socket => {
  const { hostname: host, protocol } = target
  const port = Number(target.port) || (protocol === 'https:' ? 443 : 80)
  if (protocol !== 'https:') return connectTcp({ host, port, noDelay: true, keepAlive: true })
  const servername = target.servername || (isIP(host) === 0 ? host : '')
  return connectTls({ host, port, servername, ALPNProtocols: ['http/1.1'] }).setNoDelay(true)
}

const connectedEvent = (socket: Socket) => (socket instanceof TLSSocket ? 'secureConnect' : 'connect')

/**
 * Connects for undici and tells which socket is being opened: undici's own connector keeps a connecting socket to
 * itself, so that a call given up while connecting would leave it behind until its timeout.
 */
const createConnector =
  (onSocket: (socket: Socket) => void): buildConnector.connector =>
  (target, callback) => {
    const socket = openSocket(target)
    onSocket(socket)
    const onError = (error: Error) => callback(error, null)
    socket.once('error', onError)
    socket.once(connectedEvent(socket), () => {
      socket.off('error', onError)
      callback(null, socket)
    })
  }

const openConnection = (origin: string, clock: Clock): Connection => {
  let current: Socket | null = null
  let arrivedMs = 0
  const client = new Client(origin, {
    connect: createConnector((socket) => {
      current = socket
      // Before undici's own listener, which parses at once: reading the headers of a first chunk takes 0.1 ms and more.
      socket.once(connectedEvent(socket), () => {
        socket.on('readable', () => {
          arrivedMs = clock.nowMs()
        })
      })
    }),
    pipelining: 1,
    keepAliveTimeout: idleMs,
    // The exchange has timers of its own for every phase: a model may well load for longer than undici's 300 s.
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
  })
  const drop = () => {
    client.destroy(() => {})
    current?.destroy()
  }
  return { client, arrivedMs: () => arrivedMs, drop }
}

/** Connections to `origin`, none of them open yet. Proxies that the environment names are not used. */
export const createConnections = (origin: string, clock: Clock): Connections => {
  const all = new Set<Connection>()
  const idle: Connection[] = []
  let closed = false
  const drop = (connection: Connection) => {
    all.delete(connection)
    connection.drop()
  }
  return {
    take: () => {
      if (closed) throw new Error(`The connections to ${origin} are closed.`)
      const connection = idle.pop() ?? openConnection(origin, clock)
      all.add(connection)
      return connection
    },
    giveBack: (connection) => {
      if (all.has(connection)) idle.push(connection)
    },
    drop,
    close: async () => {
      closed = true
      const open = [...all]
      idle.length = 0
      all.clear()
      for (const connection of open) connection.drop()
      await Promise.all(open.map(({ client }) => client.destroy()))
    },
  }
}
