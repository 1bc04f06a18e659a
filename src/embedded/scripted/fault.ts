/** The faults that a script can name, and which request each of them strikes. Knows nothing of how they show. */
import { z } from 'zod'
import { createRandom, mixSeed } from '../seeded-random.ts'

const count = z.int().positive()
const afterTokens = z.int().min(0)

/** When a fault strikes; with none of these, always. `slow-load` and `load-error` count loads, all others requests. */
const when = {
  /** Only the n-th, from 1. */
  atRequest: count.optional(),
  /** The k-th and each k-th after it. */
  everyRequest: count.optional(),
  /** Each with this probability, by the seed. */
  probability: z.number().min(0).max(1).optional(),
}

/** One fault of a script. */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('http-503'),
    ...when,
    message: z.string().default('server busy, please try again.  maximum pending requests exceeded'),
  }),
  z.strictObject({
    kind: z.literal('http-500'),
    ...when,
    message: z
      .string()
      .default(
        'model runner has unexpectedly stopped, this may be due to resource limitations or an internal error, check ollama server logs for details',
      ),
  }),
  z.strictObject({
    kind: z.literal('error-line'),
    ...when,
    afterTokens: afterTokens.default(5),
    message: z.string().default('an error was encountered while running the model: unexpected EOF'),
  }),
  /** The stream ends well-formed but without a last chunk. */
  z.strictObject({ kind: z.literal('no-done'), ...when, afterTokens: afterTokens.default(5) }),
  /** The connection breaks. */
  z.strictObject({ kind: z.literal('cut'), ...when, afterTokens: afterTokens.default(5) }),
  /** The process ends, as by SIGKILL. */
  z.strictObject({ kind: z.literal('crash'), ...when, afterTokens: afterTokens.default(5) }),
  /** Nothing comes for a while; then it goes on at its rate. */
  z.strictObject({
    kind: z.literal('stall'),
    ...when,
    afterTokens: afterTokens.default(5),
    ms: z.number().positive().default(60_000),
  }),
  /** Chunks without text before the first token. */
  z.strictObject({ kind: z.literal('empty-chunks'), ...when, count: count.default(3) }),
  z.strictObject({
    kind: z.literal('malformed-line'),
    ...when,
    afterTokens: afterTokens.default(5),
    line: z.string().default('{"model":"tiny:lat'),
  }),
  /** The last chunk of a generate call lists so many tokens that its line has about this length. */
  z.strictObject({ kind: z.literal('huge-line'), ...when, bytes: count.default(1024 * 1024) }),
  /** It ends well, with nothing generated. */
  z.strictObject({ kind: z.literal('no-token'), ...when }),
  /** It ends with "stop" before num_predict. */
  z.strictObject({ kind: z.literal('early-stop'), ...when, afterTokens: count.default(10) }),
  /** Thinking comes before the answer, and counts as output. */
  z.strictObject({ kind: z.literal('thinking'), ...when, tokens: count.default(10) }),
  /** The whole answer is one tool call, after all its tokens were generated. */
  z.strictObject({ kind: z.literal('tool-call'), ...when, name: z.string().default('look_up') }),
  /** The answer begins later, and no figure of the server shows it. */
  z.strictObject({ kind: z.literal('delayed-headers'), ...when, ms: z.number().positive().default(1000) }),
  z.strictObject({ kind: z.literal('slow-load'), ...when, ms: z.number().positive().default(5000) }),
  z.strictObject({
    kind: z.literal('load-error'),
    ...when,
    message: z
      .string()
      .default('llama-server process has terminated: exit status 1: cudaMalloc failed: out of memory'),
  }),
])
export type Fault = z.output<typeof faultSchema>
type FaultKind = Fault['kind']

/** The fault of one kind. */
type FaultOf<Kind extends FaultKind> = Extract<Fault, { kind: Kind }>

const strikes = (fault: Fault, number: number, seed: number): boolean => {
  if (fault.atRequest !== undefined && fault.atRequest !== number) return false
  if (fault.everyRequest !== undefined && number % fault.everyRequest !== 0) return false
  return fault.probability === undefined || createRandom(mixSeed(seed, number)).uniform() < fault.probability
}

/** The faults that strike one request, or one load; the same ones whenever they are asked for. */
export interface FaultsAt {
  find<Kind extends FaultKind>(kind: Kind): FaultOf<Kind> | null
}

/** The faults of the request (or load) of this number, by the script's list and seed. */
export const faultsAt = (faults: readonly Fault[], number: number, seed: number): FaultsAt => {
  const struck = faults.filter((fault, index) => strikes(fault, number, mixSeed(seed, index)))
  return {
    find: <Kind extends FaultKind>(kind: Kind) =>
      struck.find((fault): fault is FaultOf<Kind> => fault.kind === kind) ?? null,
  }
}
