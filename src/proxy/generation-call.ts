/** What a request to Ollama's API asks for, as far as slowing it needs. */

import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { z } from 'zod'

/** A call that generates text. */
export interface GenerationCall {
  readonly model: string
  readonly streams: boolean
}

const common = { model: z.string(), stream: z.boolean().default(true) }

/** An empty prompt or list of messages only loads or unloads (OLLAMA section 1). */
const callSchemas = {
  '/api/generate': z.object({ ...common, prompt: z.string().min(1) }),
  '/api/chat': z.object({ ...common, messages: z.array(z.unknown()).min(1) }),
} as const

const schemaFor = ({ method, url }: IncomingMessage) => {
  const path = url?.split('?')[0]
  return method === 'POST' && (path === '/api/generate' || path === '/api/chat') ? callSchemas[path] : null
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return null
  }
}

/** A request's body, read only where it may be a generation; then `call` says whether it is one. */
export interface ReadCall {
  readonly body: Buffer | null
  readonly call: GenerationCall | null
}

/** Reads what must be known of a request. A body that is not understood is no generation: the server will say so. */
export async function readCall(request: IncomingMessage): Promise<ReadCall> {
  const schema = schemaFor(request)
  if (!schema) return { body: null, call: null }
  const body = await buffer(request)
  const { data } = schema.safeParse(parseJson(body))
  return { body, call: data ? { model: data.model, streams: data.stream } : null }
}
