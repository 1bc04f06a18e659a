/** What a request to Ollama's API asks for, as far as slowing it needs. Changes nothing of it. */
import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** A call that generates text. */
export interface GenerationCall {
  readonly model: string
  readonly streams: boolean
}

type Path = '/api/generate' | '/api/chat'

/** The path of a request that may be a generation, else null. */
function generationPath({ method, url }: IncomingMessage): Path | null {
  const path = url?.split('?')[0]
  return method === 'POST' && (path === '/api/generate' || path === '/api/chat') ? path : null
}

function fieldsOf(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString())
    return value !== null && typeof value === 'object' ? { ...value } : {}
  } catch {
    return {}
  }
}

/** An empty prompt or list of messages only loads or unloads (OLLAMA section 1). */
function generationIn(path: Path, body: Buffer): GenerationCall | null {
  const { model, stream, prompt, messages } = fieldsOf(body)
  const asks =
    path === '/api/chat'
      ? Array.isArray(messages) && messages.length > 0
      : typeof prompt === 'string' && prompt !== ''
  return asks && typeof model === 'string' ? { model, streams: stream !== false } : null
}

/** A request's body, read only where it may be a generation; then `call` says whether it is one. */
export interface ReadCall {
  readonly body: Buffer | null
  readonly call: GenerationCall | null
}

/**
 * Reads what must be known of a request. A body that is not understood is no generation: the server will say so. Rejects
 * when the client leaves before its body is complete.
 */
export async function readCall(request: IncomingMessage): Promise<ReadCall> {
  const path = generationPath(request)
  if (path === null) return { body: null, call: null }
  const body = await buffer(request)
  return { body, call: generationIn(path, body) }
}
