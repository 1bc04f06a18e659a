/** Appendix V, computed again. What it prints beyond rounding, and is not what follows from its own figures, is marked. */
import { describe, expect, test } from 'vitest'
import { generationCost, generationSeconds } from '../../../src/core/cost/gpu-cost.ts'

/** V.1. */
const rates = { python: 99.34, rust: 114.54 } as const
const tokensPerRequest = 200
const gpuHourPrice = 0.5

/** Scenario 4: two agents at once, by the efficiency of two. */
const swarm = { python: 2 * rates.python * 0.82, rust: 2 * rates.rust * 0.98 } as const

interface Scenario {
  readonly tokensPerSecond: number
  readonly requests: number
  readonly hourPrice?: number
}

const secondsOf = ({ tokensPerSecond, requests }: Scenario): number =>
  generationSeconds({ tokens: requests * tokensPerRequest, tokensPerSecond })

const monthly = ({ tokensPerSecond, requests, hourPrice = gpuHourPrice }: Scenario): number =>
  generationCost({ tokens: requests * tokensPerRequest, tokensPerSecond, gpuHourPrice: hourPrice })

const yearlySavings = (requests: number): number =>
  12 *
  (monthly({ tokensPerSecond: rates.python, requests }) - monthly({ tokensPerSecond: rates.rust, requests }))

/** V.5 prices two GPUs, though TR114's two servers share one: at the price of one its costs are half as high. */
const dualGpu = 2 * gpuHourPrice
const swarmSavings =
  12 *
  (monthly({ tokensPerSecond: swarm.python, requests: 1e6, hourPrice: dualGpu }) -
    monthly({ tokensPerSecond: swarm.rust, requests: 1e6, hourPrice: dualGpu }))

/** Within half a unit of the last place that the appendix prints, or within the rounding of what it was computed from. */
const near = (value: number, printed: number, share = 0.0005): void =>
  expect(Math.abs(value / printed - 1)).toBeLessThan(share)

type Row = readonly [says: string, value: number, printed: number, share?: number]

const holds: readonly Row[] = [
  [
    'V.1 seconds of a request, Python',
    secondsOf({ tokensPerSecond: rates.python, requests: 1 }),
    2.01,
    0.003,
  ],
  ['V.1 seconds of a request, Rust', secondsOf({ tokensPerSecond: rates.rust, requests: 1 }), 1.75, 0.003],
  ['V.2 seconds, Python', secondsOf({ tokensPerSecond: rates.python, requests: 1e5 }), 201_329],
  ['V.2 seconds, Rust', secondsOf({ tokensPerSecond: rates.rust, requests: 1e5 }), 174_659],
  ['V.2 a month, Python', monthly({ tokensPerSecond: rates.python, requests: 1e5 }), 27.95],
  ['V.2 a month, Rust', monthly({ tokensPerSecond: rates.rust, requests: 1e5 }), 24.25],
  ['V.2 savings a year', yearlySavings(1e5), 44.4, 0.01],
  ['V.3 seconds, Python', secondsOf({ tokensPerSecond: rates.python, requests: 1e6 }), 2_013_285],
  ['V.3 seconds, Rust', secondsOf({ tokensPerSecond: rates.rust, requests: 1e6 }), 1_746_590],
  ['V.3 a month, Python', monthly({ tokensPerSecond: rates.python, requests: 1e6 }), 279.5],
  ['V.3 a month, Rust', monthly({ tokensPerSecond: rates.rust, requests: 1e6 }), 242.5],
  ['V.3 savings a year', yearlySavings(1e6), 444, 0.01],
  ['V.4 seconds, Python', secondsOf({ tokensPerSecond: rates.python, requests: 1e7 }), 20_132_853],
  ['V.4 seconds, Rust', secondsOf({ tokensPerSecond: rates.rust, requests: 1e7 }), 17_465_903],
  ['V.4 a month, Python', monthly({ tokensPerSecond: rates.python, requests: 1e7 }), 2796.5],
  ['V.4 a month, Rust', monthly({ tokensPerSecond: rates.rust, requests: 1e7 }), 2426],
  ['V.4 savings a year', yearlySavings(1e7), 4446, 0.01],
  ['V.5 throughput, Python', swarm.python, 162.92],
  ['V.5 throughput, Rust', swarm.rust, 224.5],
  ['V.5 seconds, Python', secondsOf({ tokensPerSecond: swarm.python, requests: 1e6 }), 1_227_791],
  ['V.5 seconds, Rust', secondsOf({ tokensPerSecond: swarm.rust, requests: 1e6 }), 891_314, 0.001],
  [
    'V.5 a month, Python',
    monthly({ tokensPerSecond: swarm.python, requests: 1e6, hourPrice: dualGpu }),
    341,
    0.002,
  ],
  [
    'V.5 a month, Rust',
    monthly({ tokensPerSecond: swarm.rust, requests: 1e6, hourPrice: dualGpu }),
    248,
    0.003,
  ],
  ['V.5 savings a year', swarmSavings, 1116, 0.01],
  ['V.6 what a migration costs', 80 * 50 + 15 * 50 + 250, 5000],
]

/** The appendix calls months what are years: 5,000 over the savings of a year. */
const yearsCalledMonths: readonly Row[] = [
  ['V.6 100,000 requests', 5000 / yearlySavings(1e5), 113, 0.01],
  ['V.3 and V.6 a million requests', 5000 / yearlySavings(1e6), 11, 0.05],
  ['V.6 a million requests by two agents', 5000 / swarmSavings, 4.5, 0.02],
  ['V.4 and V.6 ten million requests', 5000 / yearlySavings(1e7), 1.1, 0.05],
]

const named = ([says, value, printed, share]: Row) => ({ says, value, printed, share })

describe('appendix V', () => {
  test.each(holds.map(named))('$says: $value is printed as $printed', ({ value, printed, share }) => {
    near(value, printed, share)
  })

  test.each(yearsCalledMonths.map(named))(
    '$says break even after $value years, printed as $printed months',
    ({ value, printed, share }) => {
      near(value, printed, share)
    },
  )

  test('a million requests a month break even after eleven years, not months', () => {
    expect((5000 / yearlySavings(1e6)) * 12).toBeGreaterThan(130)
  })

  test('seconds of Rust are those of 114.51 tokens/s throughout, not of the 114.54 of V.1', () => {
    expect((1e6 * tokensPerRequest) / 1_746_590).toBeCloseTo(114.51, 2)
    expect((1e7 * tokensPerRequest) / 17_465_903).toBeCloseTo(114.51, 2)
  })
})
