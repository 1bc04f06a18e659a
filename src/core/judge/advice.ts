/** What to look at first when a metric is bad: appendix H.2 (Action) and H.3 (Fix). */
import type { MetricId } from '../../model/metric-catalog.ts'

const latency = 'Check that the model stays loaded, num_ctx, and the GPU’s thermal state (appendix H.3).'
const throughput =
  'Check that all layers are on the GPU, its clocks and temperature, and other work on it (appendix H.3).'
const sharing =
  'Check that each agent has its own server, that both fit into VRAM, and that no configuration drifted (appendix H.3).'
const load = 'Check the disk, mmap and whether something else evicted the model (OLLAMA section 4).'
const imbalance =
  'Check that the agents have the same options and servers of the same kind, and what else runs beside one of them (TR116).'
const program = 'Look at the program itself: its start-up, what it does between its calls, and its own log.'
const answers =
  'Look at answers by hand: temperature, seed, template, quantization and num_predict change them (appendix Z).'
const sustained = 'Check the cooling, clocks and throttle reasons over the run (risk R11).'

const client = 'Other work on this machine competes with the gate: stop it, or give the gate a core.'

const adviceByMetric: Record<MetricId, string> = {
  warmTtftMs: latency,
  ttftDeltaMs: imbalance,
  throughputDeltaTokensPerSecond: imbalance,
  throughputImbalancePercent: imbalance,
  agentTtftMs: latency,
  turnTimeMs: program,
  ingestTimeMs: 'Check the disk, and how many files are read (appendix F.3).',
  analysisTimeMs: throughput,
  reportTimeMs: throughput,
  agentStartupMs: program,
  agentPeakRssMebibytes: program,
  requestsPerHour: throughput,
  batchTokensPerSecond: throughput,
  sustainedTokensPerSecond: sustained,
  sustainedRetentionPercent: sustained,
  outputTokens: answers,
  repetitionPercent: answers,
  structureCompliancePercent: answers,
  exactMatchPercent: answers,
  costPerMillionTokens: throughput,
  costPerThousandRequests: throughput,
  coldTtftMs: load,
  concurrentTtftMs: sharing,
  firstAnswerTokenMs: latency,
  decodeTokensPerSecond: throughput,
  serverDecodeTokensPerSecond: throughput,
  prefillTokensPerSecond: throughput,
  endToEndTokensPerSecond: throughput,
  aggregateTokensPerSecond: sharing,
  interChunkGapMs: throughput,
  queueWaitMs: sharing,
  loadTimeMs: load,
  overlapEfficiencyPercent: sharing,
  parallelEfficiencyPercent: sharing,
  speedupRatio: sharing,
  ttftAnomalyContentionPercent: sharing,
  throughputContentionPercent: sharing,
  startSkewMs: client,
  vramResidencyPercent: 'Free VRAM, lower num_ctx or num_gpu, or check the driver (OLLAMA section 4).',
  vramUsedGibibytes:
    'Reduce num_gpu or num_ctx, and check for memory that somebody else holds or leaks (appendix H.2).',
  gpuTemperatureCelsius: 'Check the cooling, and reduce sustained load (appendix H.2).',
  gpuUtilizationPercent: throughput,
  gpuPowerWatts: 'Check the power limit, and what else runs on the GPU.',
  gpuClockMegahertz: throughput,
  cpuUtilizationPercent: client,
  serverRssGibibytes:
    'Check how many layers are left to the CPU, use_mmap, and the servers for a leak (appendix H.2).',
  clientLagMs: client,
}

/** One or two sentences of what to do. */
export const adviceFor = (metric: MetricId): string => adviceByMetric[metric]
