/** How often scatter alone is taken for something, and how often something is found: seeded, so always the same. */
import { describe, expect, test } from 'vitest'
import { designOf } from '../../../src/core/analysis/axes.ts'
import { cellFigures } from '../../../src/core/analysis/cell-figures.ts'
import { interactionsOn } from '../../../src/core/analysis/interaction.ts'
import { rankingsOf } from '../../../src/core/analysis/ranking.ts'
import { effectsOn } from '../../../src/core/analysis/sensitivity.ts'
import { successRates } from '../../../src/core/analysis/success-rate.ts'
import { seededRandom } from '../../../src/core/random.ts'
import { defaultsCell, type SweepRow, sweepEvidence, sweptCell } from './a-sweep.ts'

const metric = 'decodeTokensPerSecond'
const sweeps = 400

/** Normal by Box and Muller, mean 0 and standard deviation 1. */
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

const levels = [60, 80, 120].flatMap((num_gpu) => [512, 1024].map((num_ctx) => ({ num_gpu, num_ctx })))

/** Three by two cells and the defaults, five trials each with a scatter of 2 %; `factor` is what a cell's rate is of 100. */
function sweepOf(seed: number, factor: (options: (typeof levels)[number]) => number) {
  const random = seededRandom(seed)
  const trials = (mean: number) => Array.from({ length: 5 }, () => mean * (1 + 0.02 * normal(random)))
  const rows: readonly SweepRow[] = [
    [defaultsCell(), trials(100)],
    ...levels.map((options): SweepRow => [sweptCell(options), trials(100 * factor(options))]),
  ]
  return { design: designOf(rows.map(([cell]) => cell)), figures: cellFigures(sweepEvidence(rows), metric) }
}

type Sweep = ReturnType<typeof sweepOf>

const shareOf = (isSeen: (sweep: Sweep) => boolean, factor: Parameters<typeof sweepOf>[1]): number =>
  Array.from({ length: sweeps }, (_, seed) => sweepOf(seed, factor)).filter(isSeen).length / sweeps

const seesEffect =
  (axis: string) =>
  ({ design, figures }: Sweep): boolean =>
    effectsOn(metric, design, figures).effects.some(
      (effect) => effect.axis === axis && (effect.spreadPercent ?? 0) > (effect.noisePercent ?? 0),
    )

const seesInteraction = ({ design, figures }: Sweep): boolean =>
  interactionsOn(metric, design, figures).some(
    ({ greatestPercent, noisePercent }) => (greatestPercent ?? 0) > (noisePercent ?? 0),
  )

const losesBest = ({ figures }: Sweep): boolean => {
  const [typical] = rankingsOf(metric, figures)
  return typical?.cells.find(({ cellId }) => cellId === 'num_gpu60-num_ctx512')?.tiedWithBest === false
}

const showsBetter = ({ figures }: Sweep): boolean =>
  successRates(metric, figures).some(({ shown }) => shown > 0)

const alike = () => 1

describe('scatter alone', () => {
  test.each([
    ['shows an effect of three levels', seesEffect('num_gpu')],
    ['shows an effect of two levels', seesEffect('num_ctx')],
    ['shows an interaction', seesInteraction],
    ['costs a cell that is as good as any its tie with the best', losesBest],
    ['shows a configuration that beats the defaults', showsBetter],
  ])('%s in one of twenty sweeps at most', (_what, isSeen) => {
    // 5 %, and three standard errors of 400 sweeps.
    expect(shareOf(isSeen, alike)).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / sweeps))
  })
})

describe('what is there', () => {
  test.each<[string, (sweep: Sweep) => boolean, Parameters<typeof sweepOf>[1]]>([
    ['an effect of 5 %', seesEffect('num_gpu'), ({ num_gpu }) => (num_gpu === 80 ? 1.05 : 1)],
    [
      'an interaction of 12 %',
      seesInteraction,
      ({ num_gpu, num_ctx }) => (num_gpu === 80 && num_ctx === 512 ? 1.12 : 1),
    ],
    [
      'a configuration 10 % better than the defaults',
      showsBetter,
      ({ num_gpu, num_ctx }) => (num_gpu === 80 && num_ctx === 512 ? 1.1 : 1),
    ],
    ['a cell 10 % behind the best', losesBest, ({ num_gpu }) => (num_gpu === 60 ? 0.9 : 1)],
  ])('%s is found in nine of ten sweeps', (_what, isSeen, factor) => {
    expect(shareOf(isSeen, factor)).toBeGreaterThan(0.9)
  })
})
