/** One measured call: sends it, waits and sends it again while the server is busy. Knows nothing of what is asked. */
import type { RequestRecord } from '../../model/request-record.ts'
import type { ChatCall } from '../../ports/inference-server.ts'
import { lineFormat } from './answer-format.ts'
import { gatherAnswer } from './answer-text.ts'
import { CallRecorder } from './call-recorder.ts'
import { exchange } from './exchange.ts'
import type { ServerLink } from './server-link.ts'

/** A call to measure. `path` is Ollama's own, e.g. /api/chat. */
export interface MeasuredCall {
  readonly path: string
  readonly body: Buffer
  readonly mayLoad: boolean
  readonly onAnswer?: ChatCall['onAnswer']
}

/** Waits between attempts: half a minute in all, about what a queue of pending loads needs to move on. */
const backoffMs = [250, 500, 1000, 2000, 4000, 5000, 5000, 5000, 5000] as const

const isBusy = (record: RequestRecord): boolean => record.failure?.kind === 'server-busy'

/**
 * Measures one call. Never rejects for what a server does. Moments and failure are the last attempt's, the total limit
 * is the whole call's: a server that stays busy ends as `server-busy`, not as a timeout.
 */
export const measureCall = async (
  link: ServerLink,
  call: MeasuredCall,
  signal: AbortSignal | undefined,
): Promise<RequestRecord> => {
  const { clock, timeouts, maxLineBytes } = link
  const totalBy = clock.nowMs() + timeouts.totalMs
  for (let busyRetries = 0; ; busyRetries += 1) {
    const answer = call.onAnswer ? gatherAnswer() : null
    const bounds = { timeouts, mayLoad: call.mayLoad, totalBy }
    const recorder = new CallRecorder({ format: lineFormat(maxLineBytes), bounds, answer })
    const failure = await exchange(link.context(signal), link.post(call.path, call.body), recorder)
    const record = { ...recorder.finish(failure, clock.nowMs()), busyRetries }
    const waitMs = backoffMs[busyRetries]
    if (answer && record.failure === null) call.onAnswer?.(answer.answer())
    if (!isBusy(record) || waitMs === undefined || clock.nowMs() + waitMs >= totalBy) return record
    try {
      await clock.sleep(waitMs, signal)
    } catch {
      const message = 'The call was aborted while it waited for a busy server.'
      return { ...record, endMs: clock.nowMs(), failure: { kind: 'aborted', message } }
    }
  }
}
