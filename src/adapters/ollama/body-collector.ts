/** Collects the whole body of a small answer within a time limit. Knows nothing of what is in it. */
import type { Failure, FailureKind } from '../../model/request-record.ts'
import type { Consumer, Deadline, ResponseHeaders } from './exchange.ts'
import type { Refusal } from './refusal.ts'

/** Far above any answer of Ollama's small endpoints; what is longer comes from something else. */
const maxBytes = 64 * 1024 * 1024

/** A consumer that ends up with the answer; empty until the exchange is complete. */
export interface BodyCollector extends Consumer {
  answer(): Refusal
}

/** How long an answer may take from the written request to its last byte, and what it is called when it does not come. */
export interface AnswerLimit {
  readonly ms: number
  readonly kind: FailureKind
}

/** Collects one answer. */
export const createBodyCollector = (limit: AnswerLimit): BodyCollector => {
  const pieces: Buffer[] = []
  let bytesSoFar = 0
  let status = 0
  let contentType = ''
  let by: Deadline | null = null
  const late: Failure = { kind: limit.kind, message: `The server did not answer in ${limit.ms} ms.` }
  return {
    wrote: (atMs) => {
      by = { atMs: atMs + limit.ms, failure: late }
    },
    firstByte: () => {},
    head: (code: number, headers: ResponseHeaders) => {
      status = code
      contentType = String(headers['content-type'] ?? '')
    },
    data: (bytes) => {
      bytesSoFar += bytes.length
      if (bytesSoFar > maxBytes) {
        return { kind: 'line-too-long', message: `The answer is longer than ${maxBytes} bytes.` }
      }
      pieces.push(Buffer.from(bytes))
      return null
    },
    deadline: () => by ?? { atMs: Number.POSITIVE_INFINITY, failure: late },
    answer: () => ({ status, contentType, body: Buffer.concat(pieces) }),
  }
}
