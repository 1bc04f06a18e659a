/** The VRAM budget of appendix Y.3: weights and KV cache of all copies against what is free of the card. */
import type { GpuDevice } from '../../model/gpu.ts'
import { count, formatBytes } from '../../model/number-format.ts'
import type { PreflightLine } from '../../model/preflight.ts'
import { unknownLine } from './lines.ts'
import { loadedOn } from './loaded-on.ts'
import type { PreflightFacts, PreflightJudge } from './preflight-facts.ts'
import { judgeCopies, marginBytes, sum, vramBudget } from './vram-copies.ts'
import { cellDemands, greatestDemands, type VramDemand } from './vram-demand.ts'
import { watchesGpu } from './watched-gpu.ts'

const what = vramBudget

interface Card {
  readonly devices: readonly GpuDevice[]
  readonly totalBytes: number
  /** Free for the plan: what its models hold already is theirs. Null is unknown. */
  readonly freeBytes: number | null
}

const heldByPlan = (demands: readonly VramDemand[], { loadedModels }: PreflightFacts): number =>
  demands
    .flatMap(({ url, model }) => (loadedOn(url, loadedModels) ?? []).filter(({ name }) => name === model))
    .reduce((total, { sizeVramBytes }) => total + sizeVramBytes, 0)

function freeOf(
  devices: readonly GpuDevice[],
  demands: readonly VramDemand[],
  facts: PreflightFacts,
): number | null {
  const used = sum(
    devices.map(({ uuid }) => facts.gpuReadings?.find((one) => one.uuid === uuid)?.memoryUsedBytes ?? null),
  )
  const total = sum(devices.map(({ memoryTotalBytes }) => memoryTotalBytes))
  return used === null || total === null ? null : Math.min(total, total - used + heldByPlan(demands, facts))
}

const demandText = (demands: readonly VramDemand[]): string => {
  const kinds = new Set(
    demands.map(
      ({ model, context, parallel }) =>
        `${model} at a context of ${context}${parallel > 1 ? ` × ${parallel}` : ''}`,
    ),
  )
  return `${[...kinds].join(', ')}${demands.length > 1 ? ` on ${count(demands.length, 'server')}` : ''}`
}

const cardText = ({ devices, totalBytes, freeBytes }: Card): string => {
  const total = `${formatBytes(totalBytes)}${devices.length > 1 ? ` on ${count(devices.length, 'card')}` : ''}`
  return freeBytes === null
    ? `${total} in all, how much of it is free is unknown`
    : `${formatBytes(freeBytes)} of ${total} free`
}

const smaller =
  'Reduce num_ctx or OLLAMA_NUM_PARALLEL to shrink the KV cache, use a smaller model or quantization, or fewer servers (appendix Y.3).'

function judgeDemands(demands: readonly VramDemand[], card: Card): PreflightLine {
  const weights = sum(demands.map(({ weightsBytes }) => weightsBytes))
  const kv = sum(demands.map(({ kvBytes }) => kvBytes))
  if (weights === null) return unknownLine(what, `a server does not tell the size of ${demandText(demands)}`)
  const cache =
    kv === null ? 'a KV cache that the model does not tell' : `at most ${formatBytes(kv)} of KV cache`
  const margin = marginBytes * demands.length
  const value = `${formatBytes(weights)} of weights, ${cache} and ${formatBytes(margin)} to spare; ${cardText(card)} (${demandText(demands)})`
  const free = card.freeBytes ?? card.totalBytes
  if (weights + margin > free) return { what, value: `too much: ${value}`, verdict: 'warn', fix: smaller }
  // The cache is an upper bound: layers with a sliding window keep less.
  if (weights + (kv ?? 0) + margin > free)
    return { what, value: `may not fit: ${value}`, verdict: 'warn', fix: smaller }
  return { what, value, verdict: kv === null || card.freeBytes === null ? 'unknown' : 'ok', fix: null }
}

/** Unknown where memory is shared with the processor, or a card is cut into instances: then its size says nothing. */
export const judgeVramBudget: PreflightJudge = (facts) => {
  if (!watchesGpu(facts)) return []
  const { gpu, servers } = facts.environment
  if (gpu.state !== 'present') return [unknownLine(what, 'the memory of the GPU is unknown')]
  const { devices } = gpu
  const totalBytes = sum(devices.map(({ memoryTotalBytes }) => memoryTotalBytes))
  if (totalBytes === null || totalBytes === 0)
    return [unknownLine(what, 'the card does not tell its memory (shared with the processor?)')]
  if (devices.some(({ mig }) => mig === true))
    return [unknownLine(what, 'the card is cut into instances (MIG), whose memory is not told')]
  const setting = { servers, vramTotalBytes: totalBytes }
  const overfull = judgeCopies(cellDemands(facts.plan, setting), totalBytes, facts)
  if (overfull) return [overfull]
  const demands = greatestDemands(facts.plan, setting)
  if (demands.length === 0) return [unknownLine(what, 'no server on this host was asked')]
  const card = { devices, totalBytes, freeBytes: freeOf(devices, demands, facts) }
  return [judgeDemands(demands, card)]
}
