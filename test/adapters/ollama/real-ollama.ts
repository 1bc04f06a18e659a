/** A real Ollama for the contract test: the one at OLLAMA_URL, or the binary OLLAMA_BIN started for the test. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** A server to test against; stopped afterwards if it was started here. */
export interface RealOllama extends AsyncDisposable {
  readonly url: string
}

/** Why there is no real server to test against; null when there is one. */
export const whyNoOllama = (): string | null =>
  process.env.OLLAMA_URL || process.env.OLLAMA_BIN
    ? null
    : 'Skipped: set OLLAMA_URL (a server that has a model) or OLLAMA_BIN (a binary, with OLLAMA_MODELS).'

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Names the server, or starts it; it may not answer yet. */
export const openRealOllama = async (): Promise<RealOllama> => {
  const { OLLAMA_URL, OLLAMA_BIN } = process.env
  if (OLLAMA_URL) return { url: OLLAMA_URL, [Symbol.asyncDispose]: async () => {} }
  const host = `127.0.0.1:${await freePort()}`
  const env = { ...process.env, OLLAMA_HOST: host, OLLAMA_NOPRUNE: '1', OLLAMA_NO_CLOUD: '1' }
  const child = spawn(OLLAMA_BIN ?? '', ['serve'], { env, stdio: 'ignore' })
  const ended = once(child, 'exit')
  return {
    url: host,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}
