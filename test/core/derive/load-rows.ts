/** Figures of a queue that is worked off, and of a load that goes on for long. */
import type { Call } from '../../../src/model/run.ts'
import { aCall, aLeg } from '../../model/a-run.ts'
import { type MetricRow, withLegs } from './metric-row.ts'
import { aTurn } from './turn-rows.ts'

/** Twelve requests of 10 tokens by three workers: four rounds of a second, the last one a second longer. */
const queue = Array.from({ length: 12 }, (_, i) =>
  aCall({ agent: i % 3, writeMs: 500 + Math.floor(i / 3) * 1000, durationMs: i === 11 ? 2000 : 1000 }),
)

/** So many calls one after the other, each of as long as it says. */
const after = (agent: number, durations: readonly number[]): readonly Call[] =>
  durations.map((durationMs, i) =>
    aCall({ agent, durationMs, writeMs: durations.slice(0, i).reduce((sum, one) => sum + one, 0) }),
  )

const steadyFor = (seconds: number) =>
  after(
    0,
    Array.from({ length: seconds }, () => 1000),
  )
const steady = steadyFor(16)
/** Four calls of a second in the first quarter, then four in each that take 1.9 s: 9 tokens in 0.9 s, then in 1.8 s. */
const tiring = after(1, [...Array.from({ length: 8 }, () => 1000), ...Array.from({ length: 8 }, () => 1900)])
const uncounted = aCall({ record: { server: null } })

export const loadRows: readonly MetricRow[] = [
  ['twelve requests in five seconds', 'requestsPerHour', withLegs(aLeg('batch', ...queue)), [8640]],
  ['their tokens in the same time', 'batchTokensPerSecond', withLegs(aLeg('batch', ...queue)), [24]],
  [
    'no rate where a count is missing',
    'batchTokensPerSecond',
    withLegs(aLeg('batch', ...queue, uncounted)),
    [],
  ],
  ['which says nothing of their number', 'requestsPerHour', withLegs(aLeg('batch', uncounted)), [3600]],
  ['turns of one agent are no queue', 'requestsPerHour', withLegs(aLeg('solo', ...queue)), []],
  ['160 tokens in 16 s', 'sustainedTokensPerSecond', withLegs(aLeg('sustained', ...steady)), [10]],
  [
    'over the time of the turns, not only of their calls',
    'sustainedTokensPerSecond',
    withLegs({ ...aLeg('sustained', ...steady), turns: [aTurn({ endedMs: 20_000 })] }),
    [8],
  ],
  [
    'no rate where a count is missing',
    'sustainedTokensPerSecond',
    withLegs(aLeg('sustained', uncounted)),
    [],
  ],
  ['as fast at the end', 'sustainedRetentionPercent', withLegs(aLeg('sustained', ...steady)), [100]],
  ['half as fast at the end', 'sustainedRetentionPercent', withLegs(aLeg('sustained', ...tiring)), [50]],
  [
    'the agent who lost the most',
    'sustainedRetentionPercent',
    withLegs(aLeg('sustained', ...steadyFor(23), ...tiring)),
    [50],
  ],
  [
    'an agent who had stopped by the end cannot tell',
    'sustainedRetentionPercent',
    withLegs(aLeg('sustained', ...steady, ...tiring)),
    [],
  ],
  [
    'too few calls for quarters',
    'sustainedRetentionPercent',
    withLegs(aLeg('sustained', ...steady.slice(0, 8))),
    [],
  ],
]
