/** Clients and calls for these tests, with limits that are far away unless a test brings them near. */
import { connectOllama, type OllamaOptions } from '../../../src/adapters/ollama/connect-ollama.ts'
import type { CallTimeouts, ChatCall, InferenceServer } from '../../../src/ports/inference-server.ts'
import { realClock } from './real-clock.ts'

const farAway: CallTimeouts = {
  connectMs: 5_000,
  loadMs: 20_000,
  firstTokenMs: 20_000,
  stallMs: 20_000,
  totalMs: 25_000,
}

/** A client that is closed at the end of its block. */
export const aClient = (
  address: string,
  {
    timeouts,
    ...options
  }: Partial<Omit<OllamaOptions, 'timeouts'>> & { timeouts?: Partial<CallTimeouts> } = {},
): InferenceServer & AsyncDisposable => {
  const client = connectOllama(address, {
    clock: realClock(0.01),
    timeouts: { ...farAway, ...timeouts },
    ...options,
  })
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() })
}

export const aChat = (overrides: Partial<ChatCall> = {}): ChatCall => ({
  model: 'tiny',
  messages: [{ role: 'user', content: 'Hello' }],
  options: {},
  mayLoad: false,
  ...overrides,
})
