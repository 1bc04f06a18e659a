/** A proxy that makes a server slower by a known amount: the gate must see it, on the user's own machine. */
import { InputError } from '../errors.ts'
import type { Problem } from '../model/problem.ts'
import { type Exchange, forward } from './forward.ts'
import { type GenerationCall, readCall } from './generation-call.ts'
import type { ListenAddress, RunningProxy } from './listen.ts'
import { type Pace, PacedLines } from './paced-lines.ts'
import { startProxy } from './start-proxy.ts'
import type { Upstream } from './upstream.ts'

/**
 * What is slowed, and by how much. Streams of /api/generate and /api/chat with something to answer get their first line
 * `firstTokenDelayMs` later and a token rate lower by `chunkSlowdownRatio` (0.2 is 20 %); with `noTokens` a generation
 * is accepted and never answered. With `models` only those are slowed, by name (`gemma3` is `gemma3:latest`). Loads,
 * unloads, answers in one piece and everything else pass as they are.
 */
export interface SlowdownOptions extends Pace {
  readonly target: string
  readonly listen: ListenAddress
  readonly noTokens: boolean
  readonly models?: readonly string[]
}

function problemsOf({ firstTokenDelayMs, chunkSlowdownRatio }: SlowdownOptions): readonly Problem[] {
  return [
    ...(firstTokenDelayMs >= 0 && Number.isFinite(firstTokenDelayMs)
      ? []
      : [{ what: `A first token cannot come ${firstTokenDelayMs} ms later.`, fix: 'Give 0 ms or more.' }]),
    ...(chunkSlowdownRatio >= 0 && chunkSlowdownRatio < 1
      ? []
      : [
          {
            what: `A token rate cannot fall by ${chunkSlowdownRatio * 100} %.`,
            fix: 'Give 0 % or more, and less than 100 %; no tokens at all is an option of its own.',
          },
        ]),
  ]
}

const fullName = (model: string): string => (/:[^/]*$/.test(model) ? model : `${model}:latest`)

const isMeant = (call: GenerationCall | null, { models }: SlowdownOptions): call is GenerationCall =>
  call !== null && (models === undefined || models.map(fullName).includes(fullName(call.model)))

async function serve(exchange: Exchange, upstream: Upstream, options: SlowdownOptions): Promise<void> {
  const { body, call } = await readCall(exchange.request)
  const meant = isMeant(call, options)
  // Not forwarded: the client waits for its own timeout, and the GPU does not work for nobody.
  if (meant && options.noTokens) return
  const through = meant && call.streams ? new PacedLines(options) : null
  forward(exchange, { upstream, body, through, watch: null })
}

/**
 * Starts the proxy. What the server says of its own durations is left as it is: only a client's clock sees the
 * slowdown. Throws InputError for a slowdown or a target that makes no sense, MachineError when it cannot listen.
 */
export async function startSlowdownProxy(options: SlowdownOptions): Promise<RunningProxy> {
  const problems = problemsOf(options)
  if (problems.length > 0) throw new InputError(problems)
  return startProxy(options, (exchange, upstream) => serve(exchange, upstream, options))
}
