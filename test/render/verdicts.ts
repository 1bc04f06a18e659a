/** The verdicts behind the golden files, one for each way in which a job can end. */
import type { Check, Verdict } from '../../src/model/verdict.ts'
import { aModel, aServer, noGpu } from '../model/a-machine.ts'
import { aChange, aCheck, anEnvironment, aSummary, aVerdict, someTrials } from '../model/a-verdict.ts'
import { aHostileAnalysis, aSweepVerdict, sweepCell } from '../model/an-analysis.ts'
import { somePreflight } from './some-preflight.ts'

const regressionAt = (line: number) => ({ file: 'policies/multi-agent.yml', line, column: 5 })

const contexts = [512, 1024, 2048] as const
const cellIds = [
  ...contexts.map((context) => `two-agents/chimera_homo/two-servers/gemma3/gpu80-ctx${context}-t0.8`),
  'two-agents/baseline_vs_chimera/two-servers/gemma3',
  'two-agents/chimera_hetero/two-servers/gemma3',
]

/** Three rules on one cell, all passed. */
const greenChecks = (cellId: string): Check[] => [
  aCheck({
    cellId,
    kind: 'regression',
    metric: 'decodeTokensPerSecond',
    message: 'decode -0.4 % (-1.6 to +0.8) over 12 pairs: worse by 5 % is excluded at 97 %.',
    expected: 'drops by less than 5 %',
    base: 114.9,
    head: 114.5,
    change: aChange(-0.004, { low: -0.016, high: 0.008 }),
    target: 0.05,
    detectable: 0.031,
    source: null,
    at: regressionAt(38),
  }),
  aCheck({
    cellId,
    kind: 'regression',
    metric: 'parallelEfficiencyPercent',
    message:
      'parallel efficiency -0.3 points (-1.1 to +0.5) over 12 pairs: worse by 3 points is excluded at 97 %.',
    expected: 'drops by less than 3 points',
    base: 97.5,
    head: 97.2,
    change: aChange(-0.3, { kind: 'points' }),
    target: 3,
    detectable: 1.9,
    source: null,
    at: regressionAt(40),
  }),
  aCheck({ cellId }),
]

const figuresOf = (cellId: string) =>
  (['base', 'head'] as const).flatMap((subject) => [
    aSummary({ cellId, subject, metric: 'warmTtftMs', typical: subject === 'base' ? 612 : 608, samples: 96 }),
    aSummary({
      cellId,
      subject,
      metric: 'decodeTokensPerSecond',
      typical: subject === 'base' ? 114.9 : 114.5,
    }),
    aSummary({ cellId, subject, metric: 'prefillTokensPerSecond', typical: 2310 }),
    aSummary({
      cellId,
      subject,
      metric: 'parallelEfficiencyPercent',
      typical: subject === 'base' ? 97.5 : 97.2,
    }),
  ])

const green = aVerdict({
  title: '5 cells, drops ≥ 5 % of decode excluded',
  checks: cellIds.flatMap(greenChecks),
  figures: cellIds.flatMap(figuresOf),
  trials: someTrials(120, { again: 4, leftOut: 2, marked: 3 }),
})

const slowTtft = (cellId: string, base: number, head: number, estimate: number): Check =>
  aCheck({
    cellId,
    kind: 'regression',
    metric: 'warmTtftMs',
    status: 'fail',
    message: `warm TTFT rose from ${base} to ${head} ms over 12 pairs; must catch 10 %. The context default rose from 4096 to 32768 (0.15.4 to 0.15.6).`,
    fix: 'Pin num_ctx, or accept a new baseline.',
    expected: 'rises by less than 10 %',
    base,
    head,
    change: aChange(estimate, { low: estimate - 0.03, high: estimate + 0.03 }),
    target: 0.1,
    detectable: 0.06,
    source: null,
    at: regressionAt(39),
  })

const manyCells = [
  'two-agents/chimera_homo/two-servers/gemma3/gpu80-ctx2048-t1.0',
  'two-agents/chimera_hetero/two-servers/gemma3',
  ...Array.from(
    { length: 28 },
    (_, index) => `two-agents/chimera_homo/two-servers/gemma3/gpu${60 + index}-ctx512-t0.8`,
  ),
]

const red = aVerdict({
  outcome: 'fail',
  title: 'warm TTFT regressed in 2 of 30 cells',
  checks: [
    slowTtft(manyCells[0] ?? '', 612, 704, 0.15),
    slowTtft(manyCells[1] ?? '', 598, 671, 0.12),
    aCheck({
      cellId: manyCells[1] ?? '',
      metric: 'overlapEfficiencyPercent',
      status: 'warn',
      message: 'overlap efficiency is 94.1 %, below the limit of 95 %.',
      fix: 'Check that each agent has its own server, that both fit into VRAM, and that no configuration drifted (appendix H.3).',
      expected: 'warn below 95 %, fail below 90 %',
      head: 94.1,
      at: regressionAt(30),
    }),
    ...manyCells.flatMap(greenChecks),
  ],
  figures: manyCells.slice(0, 3).flatMap(figuresOf),
  trials: someTrials(720),
})

const inconclusive = aVerdict({
  outcome: 'inconclusive',
  title: 'decode could not be told in 1 of 5 cells',
  checks: [
    aCheck({
      cellId: cellIds[0] ?? '',
      kind: 'regression',
      metric: 'decodeTokensPerSecond',
      status: 'inconclusive',
      message:
        'decode -3.4 % (-8.8 to +2.3) over 4 pairs: cannot tell. These pairs could only have shown a change of 9.1 % or more; must catch 5 %.',
      fix: 'Give the policy more runs or minutes, or quieten the machine.',
      expected: 'drops by less than 5 %',
      base: 114.9,
      head: 111,
      trials: 4,
      change: aChange(-0.034, { low: -0.088, high: 0.023, pairs: 4 }),
      target: 0.05,
      detectable: 0.091,
      source: null,
      at: regressionAt(38),
    }),
    ...cellIds.slice(1).flatMap(greenChecks),
  ],
  notes: ['The budget of 20 minutes ended after 104 of 120 trials.'],
  // A preflight that fails leaves nothing to judge.
  preflight: somePreflight.filter((line) => line.verdict !== 'fail'),
  trials: someTrials(120, { measured: 104, failed: 1, leftOut: 3 }),
  measuredMinutes: 20,
})

const nothingMeasured = {
  checks: [] as Check[],
  trials: someTrials(0),
  measuredMinutes: 0,
}

const errorInput = aVerdict({
  ...nothingMeasured,
  outcome: 'error-input',
  title: '2 problems in policies/multi-agent.yml',
  policy: null,
  environment: null,
  problems: [
    {
      what: 'limits[1].metric: "warmTTFT" is not a metric.',
      fix: 'Did you mean warmTtftMs? (all: npm run -s gate -- metrics)',
      at: { file: 'policies/multi-agent.yml', line: 31, column: 15 },
    },
    {
      what: 'agents.chimera-80: "num_gpus" is not an Ollama option.',
      fix: 'Did you mean num_gpu?',
      at: { file: 'policies/multi-agent.yml', line: 9, column: 3 },
    },
  ],
})

const errorMachine = aVerdict({
  ...nothingMeasured,
  outcome: 'error-machine',
  title: 'no server answers at http://127.0.0.1:11434',
  environment: null,
  problems: [
    {
      what: 'No server answers at http://127.0.0.1:11434.',
      why: 'connect ECONNREFUSED 127.0.0.1:11434',
      fix: 'Start Ollama (ollama serve), or name another server in the input servers.',
    },
  ],
})

const notNeeded = aVerdict({
  ...nothingMeasured,
  outcome: 'not-needed',
  title: 'only docs/** changed, and the policy measures nothing for it',
  environment: null,
})

const interrupted = aVerdict({
  outcome: 'interrupted',
  title: 'cancelled after 40 of 120 trials, which are kept',
  checks: greenChecks(cellIds[0] ?? ''),
  notes: ['The runner sent SIGTERM. The journal has every finished trial.'],
  trials: someTrials(120, { measured: 40 }),
  measuredMinutes: 8.25,
})

const firstRun = aVerdict({
  outcome: 'inconclusive',
  title: 'no baseline yet',
  environment: anEnvironment({ servers: { head: anEnvironment().servers.head, base: [] } }),
  checks: cellIds.flatMap((cellId) => [
    ...(['decodeTokensPerSecond', 'warmTtftMs'] as const).map((metric, index) =>
      aCheck({
        cellId,
        kind: 'regression',
        metric,
        status: 'not-comparable',
        message: 'no baseline yet, nothing to compare with.',
        fix: 'Compare with a second server in the same job (--base-servers), or write a baseline with `record` and give it with --baseline.',
        expected: index === 0 ? 'drops by less than 5 %' : 'rises by less than 10 %',
        head: null,
        target: index === 0 ? 0.05 : 0.1,
        source: null,
        at: regressionAt(38 + index),
      }),
    ),
    aCheck({ cellId }),
  ]),
})

const embedded = aVerdict({
  title: '1 cell, all limits kept',
  policy: { name: 'quick', file: 'policies/quick.yml', sha256: '0123456789abcdef'.repeat(4) },
  environment: anEnvironment({
    engine: 'embedded',
    machine: 'laptop',
    gpu: noGpu,
    servers: {
      head: [
        aServer({
          url: 'http://127.0.0.1:40127',
          version: '0.0.0+embedded.llama',
          engine: 'embedded',
          clientVersion: null,
          settings: {},
          library: null,
          models: [
            aModel({
              name: 'tiny:latest',
              digest: null,
              sizeBytes: 1_200_000,
              parameterSize: null,
              quantization: null,
              blocks: 2,
              trainContext: 512,
              parameters: '',
              weightsDigest: null,
              templateSha256: null,
              kvBytesPerToken: null,
            }),
          ],
        }),
      ],
      base: [],
    },
  }),
  checks: [
    aCheck({
      cellId: 'single-agent/solo/one-server/tiny',
      head: 0.43,
      trials: 3,
      message: 'warm TTFT is 0.43 ms, within the limit.',
    }),
  ],
  figures: [
    aSummary({ cellId: 'single-agent/solo/one-server/tiny', typical: 0.43, trials: 3, samples: 12 }),
    aSummary({
      cellId: 'single-agent/solo/one-server/tiny',
      metric: 'decodeTokensPerSecond',
      typical: 1618.4,
      trials: 1,
      samples: 1,
      sd: null,
      cvPercent: null,
      p50: null,
    }),
  ],
  trials: someTrials(3),
  measuredMinutes: 0.4,
})

const evil = [
  '|<script>alert(1)</script>',
  '@octocat #12 GH-7 a1b2c3d4e5f6',
  '[click](https://evil.example) ![x](http://evil.example/x.png)',
  '`code` **bold** _it_ ~~no~~ $x^2$ <!-- hidden',
  '\u001b[31mred\u001b[0m \u001b]0;title\u0007bell \u202egnp.exe\u200b',
  '</details>\n\n# heading\n::error::injected\n##[error]injected',
].join(' ')

const hostile = aVerdict({
  outcome: 'fail',
  title: `warm TTFT regressed ${evil}`,
  policy: { name: `p ${evil}`, file: 'policies/a|b.yml', sha256: 'f'.repeat(64) },
  environment: anEnvironment({ machine: evil, tool: { name: 'ollama-perf-gate', version: '0.1.0' } }),
  checks: [
    aCheck({
      cellId: `two-agents/${evil}`,
      status: 'fail',
      message: `said: ${evil}`,
      fix: `Do ${evil}`,
      expected: evil,
      source: evil,
    }),
  ],
  figures: [
    aSummary({ cellId: `two-agents/${evil}`, typical: 612 }),
    aSummary({ cellId: `two-agents/${evil}`, metric: 'overlapEfficiencyPercent', typical: 99 }),
    aSummary({ cellId: `two-agents/${evil}`, metric: 'parallelEfficiencyPercent', typical: 50 }),
    aSummary({ cellId: `two-agents/${evil}`, metric: 'exactMatchPercent', typical: 50 }),
  ],
  analysis: aHostileAnalysis(evil),
  notes: [evil, '- nested', '1. listed', '# heading', '    code', '===', '<img src=x onerror=alert(1)>'],
  problems: [{ what: evil, why: evil, fix: evil, at: { file: evil, line: 1, column: 1 } }],
})

const sweep = aSweepVerdict(3, {
  outcome: 'warn',
  title: 'cv of warm TTFT 12.4 % in 1 of 3 cells',
  checks: [
    aCheck({
      cellId: sweepCell(0),
      of: 'cv',
      status: 'warn',
      message: 'cv of warm TTFT is 12.4 %, above the limit of 10 %.',
      fix: 'Look at what else runs on the machine.',
      expected: 'warn above 10 %',
      head: 12.4,
      source: 'TR115',
    }),
    aCheck({
      cellId: sweepCell(1),
      of: 'worst',
      message: 'maximum of warm TTFT is 91 ms, within the limit.',
      head: 91,
    }),
    aCheck({
      id: 'reproduction/decodeTokensPerSecond/decode',
      kind: 'reproduction',
      metric: 'decodeTokensPerSecond',
      cellId: sweepCell(0),
      message: 'decode 112.0 tok/s here, 114 published (TR108 4.2, n 5): 1.8 % less, within 10 %.',
      expected: 'within 10 % of 114 tok/s',
      head: 112,
      source: 'TR108 4.2',
    }),
    ...(['base', 'head'] as const).map((subject) =>
      aCheck({
        id: `assertion/placement/${sweepCell(2)}/${subject}`,
        kind: 'assertion',
        metric: null,
        cellId: sweepCell(2),
        message: 'The model lies in VRAM.',
        expected: 'full-gpu',
        head: null,
      }),
    ),
  ],
})

/** By the name of the golden file. */
export const verdicts: Readonly<Record<string, Verdict>> = {
  green,
  red,
  inconclusive,
  'error-input': errorInput,
  'error-machine': errorMachine,
  interrupted,
  'not-needed': notNeeded,
  'first-run': firstRun,
  embedded,
  sweep,
  hostile,
}
