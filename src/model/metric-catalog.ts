/** The metrics that the gate knows: one entry each, and the only place where unit and direction are said. */

/** Where a metric's samples come from: every request, every trial, or a yes/no of every trial. */
export type MetricLevel = 'request' | 'trial' | 'event'

/** What a metric means, how to read it and where its definition comes from. */
export interface MetricDefinition {
  readonly unit: 'ms' | 'tokens/s' | '%' | '×' | 'GiB' | '°C' | 'W' | 'MHz'
  readonly better: 'lower' | 'higher'
  readonly label: string
  /** How changes are stated: as a ratio to base, or in points of the unit (for percentages near 100). */
  readonly change: 'ratio' | 'points'
  readonly level: MetricLevel
  /** The smallest number of concurrent agents that a cell needs for the metric to exist. */
  readonly minAgents: 1 | 2
  readonly definition: string
  readonly source: string
}

/**
 * The catalog. To add a metric: an entry here, its derivation in `src/core/derive/`, its row in that test.
 * Ids end in their unit.
 */
export const metricCatalog = {
  warmTtftMs: {
    unit: 'ms',
    better: 'lower',
    label: 'warm TTFT',
    change: 'ratio',
    level: 'request',
    minAgents: 1,
    definition:
      'From the write of the request to the first chunk with text, thinking or a tool call; model loaded, prefix cache defeated, nobody else on the server.',
    source: 'appendix AA, appendix H.2',
  },
  coldTtftMs: {
    unit: 'ms',
    better: 'lower',
    label: 'cold TTFT',
    change: 'ratio',
    level: 'request',
    minAgents: 1,
    definition:
      'As warm TTFT, for a request that has to load the model first. Never averaged with warm ones.',
    source: 'appendix L; STATS section 2 (the published CV of 130 % is the mixture)',
  },
  concurrentTtftMs: {
    unit: 'ms',
    better: 'lower',
    label: 'concurrent TTFT',
    change: 'ratio',
    level: 'request',
    minAgents: 2,
    definition: 'As warm TTFT, while the other agents run.',
    source: 'TR114 2.2',
  },
  firstAnswerTokenMs: {
    unit: 'ms',
    better: 'lower',
    label: 'first answer token',
    change: 'ratio',
    level: 'request',
    minAgents: 1,
    definition:
      'From the write of the request to the first chunk of answer text, thinking not counted; warm, nobody else on the server.',
    source: 'OLLAMA section 1 (thinking)',
  },
  decodeTokensPerSecond: {
    unit: 'tokens/s',
    better: 'higher',
    label: 'decode',
    change: 'ratio',
    level: 'request',
    minAgents: 1,
    definition:
      'Generated tokens less one, over the time from the first to the last token as the client saw it; nobody else on the server.',
    source: 'appendix AA; client clock, because server counters changed meaning at 0.30 (OLLAMA section 1)',
  },
  serverDecodeTokensPerSecond: {
    unit: 'tokens/s',
    better: 'higher',
    label: 'decode by the server',
    change: 'ratio',
    level: 'request',
    minAgents: 1,
    definition:
      'eval_count over eval_duration, as `ollama run --verbose` prints it; nobody else on the server.',
    source: 'appendix H.2 (throughput, Ollama API response)',
  },
  prefillTokensPerSecond: {
    unit: 'tokens/s',
    better: 'higher',
    label: 'prefill',
    change: 'ratio',
    level: 'request',
    minAgents: 1,
    definition:
      'prompt_eval_count over prompt_eval_duration, only of requests whose prompt starts with a fresh nonce, since a prefix-cache hit makes it meaningless.',
    source: 'OLLAMA section 1 (what the metrics mean)',
  },
  endToEndTokensPerSecond: {
    unit: 'tokens/s',
    better: 'higher',
    label: 'end to end',
    change: 'ratio',
    level: 'request',
    minAgents: 1,
    definition: 'Generated tokens over the time from the write to the last token; nobody else on the server.',
    source: 'appendix AA',
  },
  aggregateTokensPerSecond: {
    unit: 'tokens/s',
    better: 'higher',
    label: 'aggregate',
    change: 'ratio',
    level: 'trial',
    minAgents: 2,
    definition: 'Tokens of all agents over the wall time of the concurrent leg.',
    source: 'OLLAMA section 4 (#14772)',
  },
  interChunkGapMs: {
    unit: 'ms',
    better: 'lower',
    label: 'gap between chunks',
    change: 'ratio',
    level: 'request',
    minAgents: 1,
    definition: 'Median time between two chunks of one stream; nobody else on the server.',
    source: 'PEERS (inter-token latency)',
  },
  queueWaitMs: {
    unit: 'ms',
    better: 'lower',
    label: 'queue wait',
    change: 'ratio',
    level: 'request',
    minAgents: 2,
    definition:
      'Server total less load, prefill and decode, of requests while the other agents run: waiting for a slot, and the handler.',
    source: 'OLLAMA section 1 (what the metrics mean)',
  },
  loadTimeMs: {
    unit: 'ms',
    better: 'lower',
    label: 'model load',
    change: 'ratio',
    level: 'request',
    minAgents: 1,
    definition:
      'load_duration of a request that had to load the model. A warm load_duration is handler overhead and not used.',
    source: 'OLLAMA section 1 (load_duration)',
  },
  overlapEfficiencyPercent: {
    unit: '%',
    better: 'higher',
    label: 'overlap efficiency',
    change: 'points',
    level: 'trial',
    minAgents: 2,
    definition:
      'Sum of the agents’ own durations in the concurrent leg over its wall time, over the number of agents. Stays near 100 % even when both agents slow each other down.',
    source: 'appendix AA',
  },
  parallelEfficiencyPercent: {
    unit: '%',
    better: 'higher',
    label: 'parallel efficiency',
    change: 'points',
    level: 'trial',
    minAgents: 2,
    definition:
      'Sum of the agents’ end-to-end throughputs in the concurrent leg over the sum of their solo throughputs in the same trial. 100 % is no loss.',
    source: 'whitepaper, Definitions',
  },
  speedupRatio: {
    unit: '×',
    better: 'higher',
    label: 'concurrency speedup',
    change: 'ratio',
    level: 'trial',
    minAgents: 2,
    definition: 'Sum of the agents’ own durations in the concurrent leg over its wall time.',
    source: 'appendix AA',
  },
  ttftAnomalyContentionPercent: {
    unit: '%',
    better: 'lower',
    label: 'contention by TTFT anomaly',
    change: 'points',
    level: 'event',
    minAgents: 2,
    definition:
      'Share of trials in which an agent’s concurrent TTFT exceeds its solo TTFT by more than the threshold.',
    source: 'appendix AA; threshold of 3 s from TR114 2.2',
  },
  throughputContentionPercent: {
    unit: '%',
    better: 'lower',
    label: 'contention by throughput',
    change: 'points',
    level: 'event',
    minAgents: 2,
    definition:
      'Share of trials in which an agent falls below its solo throughput by more than the tolerance.',
    source: 'whitepaper, Definitions',
  },
  startSkewMs: {
    unit: 'ms',
    better: 'lower',
    label: 'start skew',
    change: 'ratio',
    level: 'trial',
    minAgents: 2,
    definition: 'From the first to the last agent’s write at the start barrier.',
    source: 'DESIGN, Measuring',
  },
  vramResidencyPercent: {
    unit: '%',
    better: 'higher',
    label: 'VRAM residency',
    change: 'points',
    level: 'trial',
    minAgents: 1,
    definition: 'size_vram over size in /api/ps after the load, the lowest of the trial’s servers.',
    source: 'OLLAMA section 2 (/api/ps)',
  },
  vramUsedGibibytes: {
    unit: 'GiB',
    better: 'lower',
    label: 'VRAM in use',
    change: 'ratio',
    level: 'trial',
    minAgents: 1,
    definition:
      'Memory in use on a GPU, by whomever, the greatest reading of the trial; of several GPUs the fullest.',
    source: 'appendix H.2 (VRAM usage, nvidia-smi)',
  },
  gpuTemperatureCelsius: {
    unit: '°C',
    better: 'lower',
    label: 'GPU temperature',
    change: 'points',
    level: 'trial',
    minAgents: 1,
    definition: 'The greatest reading of the trial; of several GPUs the hottest.',
    source: 'appendix H.2 (GPU temperature)',
  },
  gpuUtilizationPercent: {
    unit: '%',
    better: 'higher',
    label: 'GPU utilization',
    change: 'points',
    level: 'trial',
    minAgents: 1,
    definition:
      'Mean of the trial’s readings, pauses between its requests included; of several GPUs the busiest.',
    source: 'appendix H.2 (GPU utilization, nvidia-smi)',
  },
  gpuPowerWatts: {
    unit: 'W',
    better: 'lower',
    label: 'GPU power',
    change: 'ratio',
    level: 'trial',
    minAgents: 1,
    definition: 'Mean of the trial’s readings, the GPUs together.',
    source: 'OLLAMA section 6 (power.draw)',
  },
  gpuClockMegahertz: {
    unit: 'MHz',
    better: 'higher',
    label: 'GPU clock',
    change: 'ratio',
    level: 'trial',
    minAgents: 1,
    definition: 'Median SM clock of the trial’s readings under load; of several GPUs the slowest.',
    source: 'OLLAMA section 6 (clocks.sm)',
  },
  cpuUtilizationPercent: {
    unit: '%',
    better: 'lower',
    label: 'CPU utilization',
    change: 'points',
    level: 'trial',
    minAgents: 1,
    definition: 'Busy share of all cores of this machine over the trial.',
    source: 'appendix H.2 (CPU utilization, OS metrics)',
  },
  serverRssGibibytes: {
    unit: 'GiB',
    better: 'lower',
    label: 'server memory',
    change: 'ratio',
    level: 'trial',
    minAgents: 1,
    definition:
      'Resident memory at the trial’s end of the servers that the gate started, their children included; unknown for servers that were found.',
    source: 'appendix H.2 (Memory (RSS), process metrics)',
  },
  clientLagMs: {
    unit: 'ms',
    better: 'lower',
    label: 'client lag',
    change: 'ratio',
    level: 'trial',
    minAgents: 1,
    definition: 'Event-loop delay of this process during the trial, 99th percentile.',
    source: 'PEERS (client artefacts: vllm#39963)',
  },
} as const satisfies Record<
  `${string}${'Ms' | 'PerSecond' | 'Percent' | 'Ratio' | 'Gibibytes' | 'Celsius' | 'Watts' | 'Megahertz'}`,
  MetricDefinition
>

/** The id of a metric of the catalog. */
export type MetricId = keyof typeof metricCatalog

/** All metric ids, in the catalog's order. */
export const metricIds = Object.keys(metricCatalog) as readonly MetricId[] // the keys of a const object

/** Definition of a metric, widened to the common shape. */
export const metricDefinition = (id: MetricId): MetricDefinition => metricCatalog[id]
