/** Figures of single calls. */
import { aCall, aLeg } from '../../model/a-run.ts'
import { type MetricRow, withLegs } from './metric-row.ts'

export const requestRows: readonly MetricRow[] = [
  [
    'from write to first token',
    'warmTtftMs',
    withLegs(aLeg('probe', aCall({ writeMs: 50, ttftMs: 12 }))),
    [12],
  ],
  ['cold and warm never mix', 'warmTtftMs', withLegs(aLeg('cold', aCall())), []],
  ['cold has its own', 'coldTtftMs', withLegs(aLeg('cold', aCall({ ttftMs: 4900 }))), [4900]],
  [
    'a repeated prompt may hit the cache',
    'warmTtftMs',
    withLegs(aLeg('probe', { ...aCall(), fresh: false })),
    [],
  ],
  [
    'thinking comes first, the answer later',
    'firstAnswerTokenMs',
    withLegs(aLeg('solo', aCall({ record: { firstAnswerTokenMs: 700 } }))),
    [700],
  ],
  [
    'no answer token, no figure',
    'firstAnswerTokenMs',
    withLegs(aLeg('solo', aCall({ record: { firstAnswerTokenMs: null } }))),
    [],
  ],
  ['nine intervals of ten tokens in 0.9 s', 'decodeTokensPerSecond', withLegs(aLeg('solo', aCall())), [10]],
  [
    'one chunk has no rate',
    'decodeTokensPerSecond',
    withLegs(aLeg('solo', aCall({ record: { chunks: 1 } }))),
    [],
  ],
  [
    'an answer that took 0.9 s and was seen for 0.1 was held back',
    'decodeTokensPerSecond',
    withLegs(aLeg('solo', aCall({ record: { firstTokenMs: 900, lastTokenMs: 1000 } }))),
    [],
  ],
  ['one token has no rate', 'decodeTokensPerSecond', withLegs(aLeg('solo', aCall({ tokens: 1 }))), []],
  [
    'ten tokens in 0.9 s by the server',
    'serverDecodeTokensPerSecond',
    withLegs(aLeg('solo', aCall())),
    [10 / 0.9],
  ],
  ['sixty tokens in 90 ms', 'prefillTokensPerSecond', withLegs(aLeg('solo', aCall())), [60 / 0.09]],
  ['ten tokens in a second', 'endToEndTokensPerSecond', withLegs(aLeg('solo', aCall())), [10]],
  [
    'the median gap',
    'interChunkGapMs',
    withLegs(aLeg('solo', aCall({ record: { chunkGapsUs: [1000, 9000, 2000] } }))),
    [2],
  ],
  [
    'total less its parts',
    'queueWaitMs',
    withLegs(
      aLeg(
        'concurrent',
        aCall({
          record: {
            server: {
              totalMs: 1500,
              loadMs: 5,
              promptEvalMs: 90,
              evalMs: 900,
              promptTokens: 60,
              outputTokens: 10,
            },
          },
        }),
      ),
    ),
    [505],
  ],
  [
    'no durations, as in answers of OpenAI’s form: the wait is unknown, not none',
    'queueWaitMs',
    withLegs(
      aLeg(
        'concurrent',
        aCall({
          record: {
            server: { totalMs: 0, loadMs: 0, promptEvalMs: 0, evalMs: 0, promptTokens: 60, outputTokens: 10 },
          },
        }),
      ),
    ),
    [],
  ],
  [
    'rounding in the server never makes it negative',
    'queueWaitMs',
    withLegs(
      aLeg(
        'concurrent',
        aCall({
          record: {
            server: {
              totalMs: 990,
              loadMs: 5,
              promptEvalMs: 90,
              evalMs: 900,
              promptTokens: 60,
              outputTokens: 10,
            },
          },
        }),
      ),
    ),
    [0],
  ],
  [
    'a load that the server timed',
    'loadTimeMs',
    withLegs(
      aLeg(
        'cold',
        aCall({
          record: {
            server: {
              totalMs: 5000,
              loadMs: 4300,
              promptEvalMs: 90,
              evalMs: 10,
              promptTokens: 60,
              outputTokens: 1,
            },
          },
        }),
      ),
    ),
    [4300],
  ],
  ['while the other runs', 'concurrentTtftMs', withLegs(aLeg('concurrent', aCall({ ttftMs: 250 }))), [250]],
]
