/** Records of LLM calls that others make, seen from between them and the server. Knows no sockets and keeps no text. */
import type { Failure, RequestRecord } from '../../model/request-record.ts'
import { CallRecorder } from './call-recorder.ts'
import type { ResponseHeaders } from './exchange.ts'
import { observedCall } from './observed-call.ts'

/** Hears of one exchange, in this order; moments are ms of the clock. `trouble` is null for a complete answer. */
interface Observer {
  wrote(atMs: number): void
  firstByte(atMs: number): void
  head(status: number, headers: ResponseHeaders): void
  data(bytes: Buffer, atMs: number): void
  end(atMs: number, trouble: Failure | null): void
}

/** Observes any number of exchanges, also several at once. */
export interface ObservedExchanges {
  /** An observer for the answer to a POST, null where it is no LLM call. `path` may have a query. */
  readonly observe: (request: { readonly path: string; readonly body: Buffer }) => Observer | null
  /** What was recorded, in the order of the writes. An exchange that is still open fails as aborted, and is over. */
  records(): readonly RequestRecord[]
}

/** When the tokens of an answer in one piece came is unknown, but for the last: it was there with the body's end. */
const withoutTokenMoments = (record: RequestRecord): RequestRecord => ({
  ...record,
  firstTokenMs: null,
  firstAnswerTokenMs: null,
  firstTokenLagMs: null,
})

const stillOpen: Failure = {
  kind: 'aborted',
  message: 'The call was still running when its caller had ended.',
}

/** A call that is observed: its observer, and its record, which ends the call if it has not ended yet. */
interface Observed {
  readonly observer: Observer
  readonly record: (nowMs: number) => RequestRecord
}

function observeCall({ format, streams }: NonNullable<ReturnType<typeof observedCall>>): Observed {
  const recorder = new CallRecorder({ format, bounds: null, answer: null })
  let record: RequestRecord | null = null
  const end = (atMs: number, trouble: Failure | null): RequestRecord => {
    const ended = recorder.finish(trouble, atMs)
    return streams ? ended : withoutTokenMoments(ended)
  }
  const whileOpen =
    <Heard extends readonly unknown[]>(hear: (...heard: Heard) => void) =>
    (...heard: Heard) => {
      if (record === null) hear(...heard)
    }
  return {
    observer: {
      wrote: whileOpen((atMs) => recorder.wrote(atMs)),
      firstByte: whileOpen((atMs) => recorder.firstByte(atMs)),
      head: whileOpen((status, headers) => recorder.head(status, headers)),
      data: whileOpen((bytes, atMs) => recorder.data(bytes, atMs)),
      end: whileOpen((atMs, trouble) => {
        record = end(atMs, trouble)
      }),
    },
    record: (nowMs) => {
      record ??= end(nowMs, stillOpen)
      return record
    },
  }
}

/** Begins to observe. `nowMs` is the clock of the moments that the observers are told. */
export function observeExchanges({ nowMs }: { readonly nowMs: () => number }): ObservedExchanges {
  const all: Observed[] = []
  return {
    observe: ({ path, body }) => {
      const call = observedCall(path, body)
      if (call === null) return null
      const observed = observeCall(call)
      all.push(observed)
      return observed.observer
    },
    records: () => {
      const atMs = nowMs()
      const writtenMs = ({ writeMs, endMs }: RequestRecord) => writeMs ?? endMs
      return all.map(({ record }) => record(atMs)).toSorted((one, other) => writtenMs(one) - writtenMs(other))
    },
  }
}
