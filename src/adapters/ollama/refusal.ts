/** Says what a server meant when it refused a call or gave up: its status and its own words in, a failure out. */
import type { Failure } from '../../model/request-record.ts'
import { errorTextOf, fieldsOf, parseJson } from './json-fields.ts'

/** An answer that is not the one asked for. */
export interface Refusal {
  readonly status: number
  readonly contentType: string
  readonly body: Buffer
}

/** What servers of both families say when memory was the reason (OLLAMA section 7). */
const outOfMemory =
  /out of memory|cudaMalloc failed|failed to allocate|unable to allocate|allocation failed|not enough memory|insufficient memory|requires more system memory|OutOfDeviceMemory|OutOfHostMemory|bad_alloc/i

/** Whether an error text blames memory, of the GPU or of the host. */
const blamesMemory = (text: string): boolean => outOfMemory.test(text)

const longestQuote = 400

/** A server's words, fit for one line: no control characters, no more than a few hundred characters. */
export const quote = (text: string): string => {
  const line = text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .replace(/\.$/, '')
  return line.length <= longestQuote ? line : `${line.slice(0, longestQuote)}…`
}

/** The text of an `{"error": ...}` body, null when the body is something else. */
const errorText = (body: Buffer): string | null => errorTextOf(fieldsOf(parseJson(body)).error)

/** Whether Ollama itself refuses so: with an error text, or (a foreign host name) with 403 and nothing else. */
export const isOllamaRefusal = ({ status, body }: Refusal): boolean =>
  errorText(body) !== null || (status === 403 && body.length === 0)

/** What was said instead of Ollama's error, in a few words. */
const otherWords = ({ status, contentType, body }: Refusal): string => {
  const text = quote(body.toString('utf8'))
  if (status === 403 && text === '') {
    return 'nothing: an Ollama that listens on loopback refuses other host names so'
  }
  const type = contentType === '' ? 'no content type' : contentType
  return text === '' ? `nothing (${type})` : `"${text}" (${type})`
}

/** Failure for an answer with a status other than 200. */
export const describeRefusal = (refusal: Refusal): Failure => {
  const { status } = refusal
  const error = errorText(refusal.body)
  if (error === null) {
    const kind = status === 503 ? 'server-busy' : 'http-status'
    return { kind, status, message: `The server answered ${status} with ${otherWords(refusal)}.` }
  }
  const message = `The server answered ${status}: ${quote(error)}.`
  if (status === 404) return { kind: 'model-missing', status, message }
  if (blamesMemory(error)) return { kind: 'out-of-memory', status, message }
  return { kind: status === 503 ? 'server-busy' : 'http-status', status, message }
}

/** Failure for an error line within a stream that had begun well. */
export const describeStreamError = (error: string): Failure => ({
  kind: blamesMemory(error) ? 'out-of-memory' : 'error-in-stream',
  message: `The server gave up in the middle of the stream: ${quote(error)}.`,
})
