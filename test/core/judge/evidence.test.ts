/** Who must have figures of a metric: a missing agent is never green, and nobody is asked for what they cannot have. */
import { expect, test } from 'vitest'
import { agentsWith } from '../../../src/core/judge/evidence.ts'
import type { MetricId } from '../../../src/model/metric-catalog.ts'
import type { CellAgent } from '../../../src/model/plan.ts'
import { aCell, anAgent } from '../../model/a-run.ts'

const program = { kind: 'program' as const, command: ['x'], 'setup-minutes': 1, 'timeout-minutes': 1 }
const agents: readonly Partial<CellAgent>[] = [
  {},
  { server: 1, task: { kind: 'chat', system: null, prompt: null, headings: ['Summary'] } },
  { server: 1, task: { kind: 'workflow', 'most-files': 1, 'most-kibibytes': 1 } },
  { server: 2, task: { ...program, metrics: false } },
  { server: 2, task: { ...program, metrics: true } },
]

test.each<[MetricId, readonly (number | null)[]]>([
  ['decodeTokensPerSecond', [0, 1, 2, 3, 4]],
  ['warmTtftMs', [0, 1, 2]],
  ['agentTtftMs', [3, 4]],
  ['turnTimeMs', [2, 3, 4]],
  ['ingestTimeMs', [2, 4]],
  ['agentStartupMs', [3, 4]],
  ['structureCompliancePercent', [1, 2]],
  ['coldTtftMs', [0, 1, 3]],
  ['overlapEfficiencyPercent', [null]],
  ['gpuTemperatureCelsius', [null]],
])('%s: agents %j', (metric, expected) => {
  const head = { model: 'tiny:latest', agents: agents.map(anAgent) }
  expect(agentsWith(aCell({ workload: 'many-agents', head }), metric)).toEqual(expected)
})
