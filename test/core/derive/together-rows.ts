/** Figures of agents that run at once. */
import type { Trial } from '../../../src/model/run.ts'
import { aCall, aLeg } from '../../model/a-run.ts'
import { type MetricRow, withLegs } from './metric-row.ts'
import { aTurn, turnLeg } from './turn-rows.ts'

/** Two agents of 10 tokens: alone a second each, together `together` ms from the same start. */
const slowed = (together: number, skewMs = 0, ttftMs = 100): Trial =>
  withLegs(
    aLeg('solo', aCall({ agent: 0 }), aCall({ agent: 1 })),
    aLeg(
      'concurrent',
      aCall({ agent: 0, durationMs: together, ttftMs }),
      aCall({ agent: 1, writeMs: skewMs, durationMs: together, ttftMs }),
    ),
  )

/** Three agents that take 1, 2 and 3 s at once for their 10 tokens, and a second alone; they begin 4 ms apart. */
const three = withLegs(
  aLeg('solo', ...[0, 1, 2].map((agent) => aCall({ agent, writeMs: agent * 1000 }))),
  aLeg(
    'concurrent',
    ...[0, 1, 2].map((agent) =>
      aCall({
        agent,
        writeMs: agent * 4,
        durationMs: (agent + 1) * 1000 - agent * 4,
        ttftMs: 100 * (agent + 1),
      }),
    ),
  ),
)

/** Two workflows of one call each: 2 s alone, and 4 s at once of which the second one begins a second late. */
const workflows = withLegs(
  turnLeg('solo', aTurn(), aTurn({ agent: 1, startedMs: 2000, endedMs: 4000 })),
  turnLeg('concurrent', aTurn({ endedMs: 4000 }), aTurn({ agent: 1, startedMs: 1000, endedMs: 5000 })),
)

/** A workflow of two seconds beside an agent of one call of a second. */
const mixed = withLegs({
  ...aLeg('concurrent', aCall({ agent: 0, writeMs: 200 }), aCall({ agent: 1, writeMs: 3 })),
  turns: [aTurn()],
})

/** An agent whose server counts no tokens, as streams of other servers may. */
const uncounted = withLegs(
  aLeg('solo', aCall(), aCall({ agent: 1, record: { server: null } })),
  aLeg('concurrent', aCall(), aCall({ agent: 1, record: { server: null } })),
)

/** Alone one of three calls is late; at once all are, but by no more. */
const oneLateCall = withLegs(
  aLeg('solo', ...[100, 9000, 100].map((ttftMs) => aCall({ ttftMs, durationMs: 9900 })), aCall({ agent: 1 })),
  aLeg('concurrent', aCall({ ttftMs: 9000, durationMs: 9900 }), aCall({ agent: 1 })),
)

export const togetherRows: readonly MetricRow[] = [
  ['both agents at once', 'aggregateTokensPerSecond', slowed(1000), [20]],
  ['no loss', 'parallelEfficiencyPercent', slowed(1000), [100]],
  ['each half as fast', 'parallelEfficiencyPercent', slowed(2000), [50]],
  ['overlap does not see that', 'overlapEfficiencyPercent', slowed(2000), [100]],
  ['one after the other', 'overlapEfficiencyPercent', slowed(1000, 1000), [50]],
  ['one after the other is no speedup', 'speedupRatio', slowed(1000, 1000), [1]],
  ['both at once is twice', 'speedupRatio', slowed(1000), [2]],
  ['seconds later than alone', 'ttftAnomalyContentionPercent', slowed(5000, 0, 3200), [100]],
  ['a little later than alone', 'ttftAnomalyContentionPercent', slowed(5000, 0, 3000), [0]],
  ['a fifth slower', 'throughputContentionPercent', slowed(1250), [100]],
  ['a twentieth slower', 'throughputContentionPercent', slowed(1050), [0]],
  ['one agent cannot contend', 'throughputContentionPercent', withLegs(aLeg('solo', aCall())), []],
  ['first to last write', 'startSkewMs', slowed(1000, 3), [3]],
  ['three agents: 6 s of work in 3 s', 'speedupRatio', three, [5.988 / 3]],
  ['three agents', 'overlapEfficiencyPercent', three, [(5.988 / 3 / 3) * 100]],
  [
    'three agents: 10, 5 and a third of 10 tokens/s of thrice 10',
    'parallelEfficiencyPercent',
    three,
    [((10 / 1 + 10 / 1.996 + 10 / 2.992) / 30) * 100],
  ],
  ['thirty tokens in three seconds', 'aggregateTokensPerSecond', three, [10]],
  ['first to last of three', 'startSkewMs', three, [8]],
  ['the slowest of three less the fastest', 'ttftDeltaMs', three, [200]],
  ['the fastest of three less the slowest', 'throughputDeltaTokensPerSecond', three, [10 - 10 / 2.992]],
  ['equal agents', 'throughputDeltaTokensPerSecond', slowed(1000), [0]],
  ['equal agents', 'throughputImbalancePercent', slowed(1000), [0]],
  [
    'the difference over the mean',
    'throughputImbalancePercent',
    three,
    [((10 - 10 / 2.992) / ((10 + 10 / 1.996 + 10 / 2.992) / 3)) * 100],
  ],
  ['one agent has no other to differ from', 'ttftDeltaMs', withLegs(aLeg('concurrent', aCall())), []],
  ['whole turns: 8 s of work in 5 s', 'speedupRatio', workflows, [8 / 5]],
  ['whole turns', 'overlapEfficiencyPercent', workflows, [80]],
  ['whole turns: 10 tokens in 4 s instead of 2 s', 'parallelEfficiencyPercent', workflows, [50]],
  ['the beginning of a turn, not its first call', 'startSkewMs', workflows, [1000]],
  ['a turn beside a call', 'speedupRatio', mixed, [1.5]],
  ['a turn beside a call', 'startSkewMs', mixed, [3]],
  ['no count of tokens, no rate', 'aggregateTokensPerSecond', uncounted, []],
  ['no count of tokens, no efficiency by throughput', 'parallelEfficiencyPercent', uncounted, []],
  ['no count of tokens, no contention by throughput', 'throughputContentionPercent', uncounted, []],
  ['no count of tokens, no imbalance', 'throughputImbalancePercent', uncounted, []],
  ['durations need no count', 'overlapEfficiencyPercent', uncounted, [100]],
  ['nor do first tokens', 'ttftAnomalyContentionPercent', uncounted, [0]],
  ['the median of the calls alone is what counts', 'ttftAnomalyContentionPercent', oneLateCall, [100]],
]
