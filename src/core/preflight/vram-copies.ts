/** Whether the card can hold a cell at all: every server has a copy of the model (appendix AM heuristic 2, AN tree 2). */
import { count, formatBytes } from '../../model/number-format.ts'
import type { PreflightLine } from '../../model/preflight.ts'
import { offGpuVerdict } from './off-gpu.ts'
import type { PreflightFacts } from './preflight-facts.ts'
import type { CellDemand, VramDemand } from './vram-demand.ts'

export const vramBudget = 'VRAM budget'

/**
 * What llama.cpp's fit leaves free of a device for each server that loads (OLLAMA section 2, LLAMA_ARG_FIT_TARGET), buffers
 * and contexts of its own among it; Y.3 keeps 1.0 GB for the system.
 */
export const marginBytes: number = 2 ** 30

/** Null where one of them is unknown. */
export const sum = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((total, value) => (total === null || value === null ? null : total + value), 0)

/**
 * Of the upper bound of a cache the part that any model keeps: of Gemma 3's layers one in six sees the whole context, and
 * four bits are a quarter of the sixteen that the bound is made for.
 */
const leastCacheShare = 1 / 32

/**
 * What the copies take for certain: their weights, the least of their cache (for each of the server's parallel slots),
 * and the margin that the last one to load must find where the server decides how much fits. Null is unknown.
 */
function certainBytes(demands: readonly VramDemand[]): number | null {
  const weights = sum(demands.map(({ weightsBytes }) => weightsBytes))
  const margin = demands.some(({ isFitted }) => isFitted) ? marginBytes : 0
  return weights === null ? null : weights + leastCache(demands) + margin
}

const leastCache = (demands: readonly VramDemand[]): number =>
  demands.reduce((total, { kvBytes }) => total + (kvBytes ?? 0) * leastCacheShare, 0)

/** How many of the copies there is room for, the first ones first. */
const roomFor = (demands: readonly VramDemand[], totalBytes: number): number =>
  demands.filter((_, i) => (certainBytes(demands.slice(0, i + 1)) ?? 0) <= totalBytes).length

interface Overfull extends CellDemand {
  readonly bytes: number
}

function fullest(cells: readonly CellDemand[], totalBytes: number): readonly Overfull[] {
  return cells
    .flatMap((one) => {
      const bytes = certainBytes(one.demands)
      return bytes !== null && bytes > totalBytes ? [{ ...one, bytes }] : []
    })
    .toSorted((a, b) => b.bytes - a.bytes)
}

function demandText({ cell, demands }: Overfull, others: number, card: string): string {
  const models = [...new Set(demands.map(({ model }) => model))].join(' and ')
  const who =
    demands.length > 1
      ? `${count(cell.head.agents.length, 'agent')} on ${count(demands.length, 'server')} need ${count(demands.length, 'copy', 'copies')} of ${models}`
      : `${models} does not fit`
  const weights = sum(demands.map(({ weightsBytes }) => weightsBytes)) ?? 0
  const parts = [
    `${formatBytes(weights)} of weights`,
    ...(leastCache(demands) > 0 ? [`at least ${formatBytes(leastCache(demands))} of KV cache`] : []),
    ...(demands.some(({ isFitted }) => isFitted)
      ? [`${formatBytes(marginBytes)} that the server keeps free`]
      : []),
  ]
  const more = others > 0 ? `, and ${count(others, 'more cell')}` : ''
  return `${who}: ${parts.join(', ')}; ${card} (${cell.id}${more})`
}

/**
 * The line that stops a job whose fullest cell cannot be on the GPU for certain; null when every cell may fit, or
 * nobody knows.
 */
export function judgeCopies(
  cells: readonly CellDemand[],
  totalBytes: number,
  facts: PreflightFacts,
): PreflightLine | null {
  const overfull = fullest(cells, totalBytes)
  const [worst] = overfull
  if (!worst) return null
  const copies = worst.demands.length
  const room = roomFor(worst.demands, totalBytes)
  const card = `the card has ${formatBytes(totalBytes)}${copies > 1 ? `, which is room for ${room === 0 ? 'none' : room}` : ''}`
  const smaller =
    'a smaller model or quantization, a smaller num_ctx or OLLAMA_NUM_PARALLEL, or fewer layers (num_gpu, with `placement: any`)'
  return {
    what: vramBudget,
    value: demandText(worst, overfull.length - 1, card),
    verdict: offGpuVerdict(facts),
    fix:
      copies > 1
        ? `Measure ${room > 1 ? `at most ${count(room, 'agent')} with a server each` : 'fewer agents'}, let them share a server (topology: one-server), or give them ${smaller} (appendix AM, heuristic 2, and Y.3).`
        : `Use ${smaller} (appendix Y.3).`,
  }
}
