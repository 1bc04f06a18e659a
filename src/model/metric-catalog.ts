/** The metrics that the gate knows: one entry each, and the only place where unit and direction are said. */

/** Where a metric's samples come from: every request, every trial, or a yes/no of every trial. */
export type MetricLevel = 'request' | 'trial' | 'event'

/**
 * What a cell must have for a metric to exist. `solo`: turns of one agent alone. `together`: several agents at once.
 * `own-calls`: an agent whose calls are ours, so that their prompts start with a nonce. `turns`: an agent whose turn is
 * more than one call. `steps`: one that tells the steps of its turn. `program`: an external program. `headings`: an agent
 * whose answer must have headings. `cold`, `batch`, `sustained`, `repeats`: these parts of a trial. `price`: the policy
 * names a price.
 */
export const metricNeeds = [
  'solo',
  'together',
  'own-calls',
  'turns',
  'steps',
  'program',
  'headings',
  'cold',
  'batch',
  'sustained',
  'repeats',
  'price',
] as const
export type MetricNeed = (typeof metricNeeds)[number]

/** What a metric means, how to read it and where its definition comes from. */
export interface MetricDefinition {
  readonly unit:
    | 'ms'
    | 'tokens/s'
    | 'tokens'
    | 'requests/h'
    | '%'
    | '×'
    | 'GiB'
    | 'MiB'
    | '°C'
    | 'W'
    | 'MHz'
    | 'price'
  readonly better: 'lower' | 'higher'
  readonly label: string
  /** How changes are stated: as a ratio to base, or in points of the unit (for percentages near 100). */
  readonly change: 'ratio' | 'points'
  readonly level: MetricLevel
  /** Empty where every cell can have it. */
  readonly needs: readonly MetricNeed[]
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
    needs: ['solo', 'own-calls'],
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
    needs: ['cold'],
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
    needs: ['together', 'own-calls'],
    definition: 'As warm TTFT, while the other agents run.',
    source: 'TR114 2.2',
  },
  firstAnswerTokenMs: {
    unit: 'ms',
    better: 'lower',
    label: 'first answer token',
    change: 'ratio',
    level: 'request',
    needs: ['solo'],
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
    needs: ['solo'],
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
    needs: ['solo'],
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
    needs: ['solo', 'own-calls'],
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
    needs: ['solo'],
    definition: 'Generated tokens over the time from the write to the last token; nobody else on the server.',
    source: 'appendix AA',
  },
  aggregateTokensPerSecond: {
    unit: 'tokens/s',
    better: 'higher',
    label: 'aggregate',
    change: 'ratio',
    level: 'trial',
    needs: ['together'],
    definition: 'Tokens of all agents over the wall time of the concurrent leg.',
    source: 'OLLAMA section 4 (#14772)',
  },
  interChunkGapMs: {
    unit: 'ms',
    better: 'lower',
    label: 'gap between chunks',
    change: 'ratio',
    level: 'request',
    needs: ['solo'],
    definition: 'Median time between two chunks of one stream; nobody else on the server.',
    source: 'PEERS (inter-token latency)',
  },
  queueWaitMs: {
    unit: 'ms',
    better: 'lower',
    label: 'queue wait',
    change: 'ratio',
    level: 'request',
    needs: ['together'],
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
    needs: ['cold'],
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
    needs: ['together'],
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
    needs: ['together'],
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
    needs: ['together'],
    definition: 'Sum of the agents’ own durations in the concurrent leg over its wall time.',
    source: 'appendix AA',
  },
  ttftAnomalyContentionPercent: {
    unit: '%',
    better: 'lower',
    label: 'contention by TTFT anomaly',
    change: 'points',
    level: 'event',
    needs: ['together'],
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
    needs: ['together'],
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
    needs: ['together'],
    definition:
      'From the first to the last agent’s start at the barrier: the write of a call, the beginning of a turn.',
    source: 'DESIGN, Measuring',
  },
  vramResidencyPercent: {
    unit: '%',
    better: 'higher',
    label: 'VRAM residency',
    change: 'points',
    level: 'trial',
    needs: [],
    definition: 'size_vram over size in /api/ps after the load, the lowest of the trial’s servers.',
    source: 'OLLAMA section 2 (/api/ps)',
  },
  vramUsedGibibytes: {
    unit: 'GiB',
    better: 'lower',
    label: 'VRAM in use',
    change: 'ratio',
    level: 'trial',
    needs: [],
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
    needs: [],
    definition: 'The greatest reading of the trial; of several GPUs the hottest.',
    source: 'appendix H.2 (GPU temperature)',
  },
  gpuUtilizationPercent: {
    unit: '%',
    better: 'higher',
    label: 'GPU utilization',
    change: 'points',
    level: 'trial',
    needs: [],
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
    needs: [],
    definition: 'Mean of the trial’s readings, the GPUs together.',
    source: 'OLLAMA section 6 (power.draw)',
  },
  gpuClockMegahertz: {
    unit: 'MHz',
    better: 'higher',
    label: 'GPU clock',
    change: 'ratio',
    level: 'trial',
    needs: [],
    definition: 'Median SM clock of the trial’s readings under load; of several GPUs the slowest.',
    source: 'OLLAMA section 6 (clocks.sm)',
  },
  cpuUtilizationPercent: {
    unit: '%',
    better: 'lower',
    label: 'CPU utilization',
    change: 'points',
    level: 'trial',
    needs: [],
    definition: 'Busy share of all cores of this machine over the trial.',
    source: 'appendix H.2 (CPU utilization, OS metrics)',
  },
  serverRssGibibytes: {
    unit: 'GiB',
    better: 'lower',
    label: 'server memory',
    change: 'ratio',
    level: 'trial',
    needs: [],
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
    needs: [],
    definition: 'Event-loop delay of this process during the trial, 99th percentile.',
    source: 'PEERS (client artefacts: vllm#39963)',
  },
  ttftDeltaMs: {
    unit: 'ms',
    better: 'lower',
    label: 'TTFT delta between agents',
    change: 'ratio',
    level: 'trial',
    needs: ['together'],
    definition: 'Greatest less least of the agents’ TTFT while they all run.',
    source: 'TR114 1.3 (TTFT delta)',
  },
  throughputDeltaTokensPerSecond: {
    unit: 'tokens/s',
    better: 'lower',
    label: 'throughput delta between agents',
    change: 'ratio',
    level: 'trial',
    needs: ['together'],
    definition: 'Greatest less least of the agents’ end-to-end throughput while they all run.',
    source: 'TR114 1.3 (throughput delta)',
  },
  throughputImbalancePercent: {
    unit: '%',
    better: 'lower',
    label: 'throughput imbalance',
    change: 'points',
    level: 'trial',
    needs: ['together'],
    definition: 'The throughput delta between agents over their mean throughput.',
    source: 'TR116 key findings (throughput imbalance)',
  },
  agentTtftMs: {
    unit: 'ms',
    better: 'lower',
    label: 'TTFT of the program’s calls',
    change: 'ratio',
    level: 'request',
    needs: ['solo', 'program'],
    definition:
      'As TTFT, of the calls of an external program as the recording proxy saw them: with the program’s own prompts, which a prefix cache may know.',
    source: 'TR112 (TTFT), DESIGN, Measuring',
  },
  turnTimeMs: {
    unit: 'ms',
    better: 'lower',
    label: 'agent’s turn',
    change: 'ratio',
    level: 'request',
    needs: ['solo', 'turns'],
    definition:
      'A workflow from its first file to its last token, or a program from its start to its end; nobody else on the server.',
    source: 'TR111 2.2 (total_seconds), appendix L',
  },
  ingestTimeMs: {
    unit: 'ms',
    better: 'lower',
    label: 'ingest',
    change: 'ratio',
    level: 'request',
    needs: ['solo', 'steps'],
    definition: 'The part of a turn that scans, reads and summarises files; a program’s own word for it.',
    source: 'TR111 2.2 (ingest_seconds)',
  },
  analysisTimeMs: {
    unit: 'ms',
    better: 'lower',
    label: 'analysis',
    change: 'ratio',
    level: 'request',
    needs: ['solo', 'steps'],
    definition: 'The part of a turn that is its first LLM call; a program’s own word for it.',
    source: 'TR111 2.2 (analysis_seconds)',
  },
  reportTimeMs: {
    unit: 'ms',
    better: 'lower',
    label: 'report',
    change: 'ratio',
    level: 'request',
    needs: ['solo', 'steps'],
    definition: 'The part of a turn that is its second LLM call; a program’s own word for it.',
    source: 'TR111 2.2 (report_seconds)',
  },
  agentStartupMs: {
    unit: 'ms',
    better: 'lower',
    label: 'program start-up',
    change: 'ratio',
    level: 'request',
    needs: ['solo', 'program'],
    definition: 'From the start of the program’s process to its first request at the recording proxy.',
    source: 'TR112 (startup time)',
  },
  agentPeakRssMebibytes: {
    unit: 'MiB',
    better: 'lower',
    label: 'program memory',
    change: 'ratio',
    level: 'request',
    needs: ['solo', 'program'],
    definition: 'Greatest resident memory of the program and its children, read every tenth of a second.',
    source: 'TR112 (memory), appendix H.2',
  },
  requestsPerHour: {
    unit: 'requests/h',
    better: 'higher',
    label: 'batch rate',
    change: 'ratio',
    level: 'trial',
    needs: ['batch'],
    definition: 'Requests of the queue over the time from the first write to the last token.',
    source: 'appendix F.6 (total throughput, requests/hour)',
  },
  batchTokensPerSecond: {
    unit: 'tokens/s',
    better: 'higher',
    label: 'batch throughput',
    change: 'ratio',
    level: 'trial',
    needs: ['batch'],
    definition: 'Generated tokens of the queue over the time from the first write to the last token.',
    source: 'appendix F.6',
  },
  sustainedTokensPerSecond: {
    unit: 'tokens/s',
    better: 'higher',
    label: 'sustained throughput',
    change: 'ratio',
    level: 'trial',
    needs: ['sustained'],
    definition: 'Generated tokens of all agents over the time of the sustained leg.',
    source: 'risk R11 (sustained load of more than an hour)',
  },
  sustainedRetentionPercent: {
    unit: '%',
    better: 'higher',
    label: 'sustained retention',
    change: 'points',
    level: 'trial',
    needs: ['sustained'],
    definition:
      'Median decode rate of the calls that began in the last quarter of the sustained leg, over that of the first quarter; the agent with the least.',
    source: 'risk R11 (throttling reduces throughput below benchmarked levels)',
  },
  outputTokens: {
    unit: 'tokens',
    better: 'higher',
    label: 'answer length',
    change: 'ratio',
    level: 'request',
    needs: ['solo'],
    definition: 'Generated tokens of one call. Its cv is the stability of output length.',
    source: 'appendix Z.2 (output length stability)',
  },
  repetitionPercent: {
    unit: '%',
    better: 'lower',
    label: 'repetition',
    change: 'points',
    level: 'request',
    needs: ['solo', 'own-calls'],
    definition:
      'Share of an answer’s sequences of four words that stood in it before; of answers with at least four words.',
    source: 'appendix Z.2 (repetition rate); Welleck et al. 2020 (seq-rep-4)',
  },
  structureCompliancePercent: {
    unit: '%',
    better: 'higher',
    label: 'structural compliance',
    change: 'points',
    level: 'request',
    needs: ['solo', 'headings'],
    definition: 'Share of the Markdown headings that were asked for which the answer has.',
    source: 'appendix Z.2 (structural compliance)',
  },
  exactMatchPercent: {
    unit: '%',
    better: 'higher',
    label: 'exact match',
    change: 'points',
    level: 'trial',
    needs: ['repeats'],
    definition:
      'Share of the answers to the same request, at temperature 0 with a fixed seed, that are the same as the cell’s first one, byte for byte.',
    source: 'risk R10, appendix Z.2',
  },
  costPerMillionTokens: {
    unit: 'price',
    better: 'lower',
    label: 'cost of a million tokens',
    change: 'ratio',
    level: 'trial',
    needs: ['price'],
    definition:
      'Price of the GPU time in which a million tokens are generated at the trial’s rate: end to end alone, in all when several agents run. In the currency (¤) of gpu-hour-price.',
    source: 'appendix V.1',
  },
  costPerThousandRequests: {
    unit: 'price',
    better: 'lower',
    label: 'cost of a thousand requests',
    change: 'ratio',
    level: 'trial',
    needs: ['price'],
    definition: 'As the cost of a million tokens, for a thousand requests of request-tokens each.',
    source: 'appendix V.1',
  },
} as const satisfies Record<
  `${string}${'Ms' | 'PerSecond' | 'Percent' | 'Ratio' | 'Gibibytes' | 'Celsius' | 'Watts' | 'Megahertz' | 'PerHour' | 'Mebibytes' | 'Tokens' | 'Requests'}`,
  MetricDefinition
>

/** The id of a metric of the catalog. */
export type MetricId = keyof typeof metricCatalog

/** All metric ids, in the catalog's order. */
export const metricIds = Object.keys(metricCatalog) as readonly MetricId[] // the keys of a const object

/** Definition of a metric, widened to the common shape. */
export const metricDefinition = (id: MetricId): MetricDefinition => metricCatalog[id]
