/** What a trial's rate costs. */
import { aCall, aLeg, aPolicy } from '../../model/a-run.ts'
import { type MetricRow, withLegs } from './metric-row.ts'
import { aTurn } from './turn-rows.ts'

/** At 10 tokens a second, 3.6 an hour are a thousandth a second, and a ten-thousandth a token. */
const priced = aPolicy({ cost: { 'gpu-hour-price': 3.6 } })
const alone = aLeg('solo', aCall())
const two = [aCall(), aCall({ agent: 1 })]

export const costRows: readonly MetricRow[] = [
  ['ten tokens in a second', 'costPerMillionTokens', withLegs(alone), [100], priced],
  ['without a price', 'costPerMillionTokens', withLegs(alone), []],
  [
    'two agents at once, twice the rate, half the cost',
    'costPerMillionTokens',
    withLegs(aLeg('solo', ...two), aLeg('concurrent', ...two)),
    [50],
    priced,
  ],
  [
    'two agents that only took turns say nothing of both at once',
    'costPerMillionTokens',
    withLegs(aLeg('solo', ...two)),
    [],
    priced,
  ],
  [
    'a turn costs while it reads files too',
    'costPerMillionTokens',
    withLegs({ ...alone, turns: [aTurn({ endedMs: 2000 })] }),
    [200],
    priced,
  ],
  ['a queue', 'costPerMillionTokens', withLegs(aLeg('batch', ...two)), [50], priced],
  ['a sustained load', 'costPerMillionTokens', withLegs(aLeg('sustained', ...two)), [50], priced],
  [
    'no count, no rate',
    'costPerMillionTokens',
    withLegs(aLeg('solo', aCall({ record: { server: null } }))),
    [],
    priced,
  ],
  ['200 tokens each by default', 'costPerThousandRequests', withLegs(alone), [20], priced],
  [
    'as many tokens as the policy says',
    'costPerThousandRequests',
    withLegs(alone),
    [5],
    aPolicy({ cost: { 'gpu-hour-price': 3.6, 'request-tokens': 50 } }),
  ],
]
