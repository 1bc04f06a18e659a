/** Server-sent events of the OpenAI-compatible endpoints, as Ollama writes them. */
import type { Answer } from './scripted-server.ts'

const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`

const common = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_795_276_022, model: 'tiny' }

export const deltaEvent = (delta: object, finishReason: string | null = null): string =>
  event({ ...common, choices: [{ index: 0, delta, finish_reason: finishReason }] })

export const textEvent = (content: string): string => deltaEvent({ role: 'assistant', content })

export const stopEvent = deltaEvent({ role: 'assistant', content: '' }, 'stop')

export const usageEvent = (promptTokens: number, outputTokens: number): string =>
  event({
    ...common,
    choices: [],
    usage: { prompt_tokens: promptTokens, completion_tokens: outputTokens },
  })

export const doneEvent = 'data: [DONE]\n\n'

/** Answers 200 with these pieces of an event stream, each flushed by itself, and ends. */
export const eventsOf =
  (...pieces: readonly (string | Buffer)[]): Answer =>
  async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const piece of pieces) {
      response.write(piece)
      await new Promise((resolve) => setImmediate(resolve))
    }
    response.end()
  }
