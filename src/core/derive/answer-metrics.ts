/** Figures of one answer: proxies of its quality (appendix Z.2), which say nothing of whether it is true or any good. */
import type { MetricId } from '../../model/metric-catalog.ts'
import type { Call, LegKind } from '../../model/run.ts'

/** Alone and beside the others: that nobody looks at the answers of agents that run at once is risk R10. */
const answered = ['solo', 'concurrent'] as const satisfies LegKind[]

/** The table of answer metrics; a null means that nobody read the answer, or that it cannot give the figure. */
export const answerMetrics = {
  outputTokens: { legs: answered, value: ({ record }) => record.server?.outputTokens || null },
  repetitionPercent: { legs: answered, value: ({ answer }) => answer?.repetitionPercent ?? null },
  structureCompliancePercent: {
    legs: answered,
    value: ({ answer }) => answer?.structureCompliancePercent ?? null,
  },
} as const satisfies Partial<
  Record<MetricId, { readonly legs: readonly LegKind[]; readonly value: (call: Call) => number | null }>
>
