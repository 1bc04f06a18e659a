/** How much a matrix comes to: a sweep that nobody can measure is refused before anything is expanded. */
import { count, formatMinutes } from '../model/number-format.ts'
import type { AgentUse, MatrixEntry, Protocol } from '../model/policy.ts'
import { combinationCount, expandSweep, mostCells } from '../model/sweep.ts'
import { defaultTokens, type TimedAgent, trialSeconds } from '../model/trial-time.ts'
import type { Complaint } from './complaint.ts'
import type { PolicyParts } from './policy-parts.ts'

/** A sweep of more combinations than this is not even looked into: exclude will not make it small. */
export const expandable: number = 20 * mostCells

function cellsOf(entry: MatrixEntry, models: readonly string[]): number {
  const cells = combinationCount(entry, models)
  return cells > expandable ? cells : expandSweep(entry, models).combinations.length
}

/** An agent that nobody knows yet, since it stands in another file or is broken, asks one thing at the usual length. */
function timedAgent(
  use: AgentUse,
  index: number,
  { entry, parts }: { readonly entry: MatrixEntry; readonly parts: PolicyParts },
): TimedAgent {
  const agent = parts.agents?.get(typeof use === 'string' ? use : use.use)
  const own = agent && agent.options !== 'server-defaults' ? agent.options.num_predict : undefined
  const here = typeof use === 'string' ? undefined : use.num_predict
  return {
    kind: agent?.workflow ? 'workflow' : agent?.program ? 'program' : 'chat',
    tokens: here ?? own ?? defaultTokens,
    server: entry.topology === 'one-server' ? 0 : index,
  }
}

/** All runs of one cell, without a base. */
function cellMinutes(entry: MatrixEntry, protocol: Protocol, parts: PolicyParts): number {
  const agents = entry.agents.map((use, index) => timedAgent(use, index, { entry, parts }))
  const trial = { workload: entry.workload, agents, isRestarted: parts.servers?.restart === 'each-cell' }
  const [first, later] = [true, false].map((isFirst) => trialSeconds({ ...trial, isFirst }, protocol))
  return ((first ?? 0) + (protocol.runs - 1) * (later ?? 0)) / 60
}

/** The budget cuts off what goes on when it ends: a sustained trial of its length would never be whole. */
function checkSustained({ matrix, protocol }: PolicyParts): readonly Complaint[] {
  if (!protocol || !matrix.some((entry) => entry?.workload === 'sustained')) return []
  const { 'sustain-minutes': minutes, 'budget-minutes': budget } = protocol
  return minutes < budget
    ? []
    : [
        {
          path: ['protocol', 'sustain-minutes'],
          what: `a sustained trial of ${formatMinutes(minutes)} never ends within a budget of ${formatMinutes(budget)}.`,
          fix: 'Raise budget-minutes to more than that for each run, or lower sustain-minutes.',
        },
      ]
}

/** Refuses a matrix of too many cells, with the time that they would take where that can be told. */
function checkCells(parts: PolicyParts): readonly Complaint[] {
  const { matrix, models, protocol } = parts
  if (!models) return []
  const sized = matrix.flatMap((entry) => (entry ? [{ entry, cells: cellsOf(entry, models) }] : []))
  const cells = sized.reduce((sum, one) => sum + one.cells, 0)
  if (cells <= mostCells) return []
  const minutes =
    protocol && sized.reduce((sum, one) => sum + one.cells * cellMinutes(one.entry, protocol, parts), 0)
  const time =
    protocol && minutes ? ` × ${count(protocol.runs, 'run')}, roughly ${formatMinutes(minutes)}` : ''
  return [
    {
      path: ['matrix'],
      what: `comes to ${cells} cells${time}; at most ${mostCells} cells can be measured.`,
      fix: 'Sweep fewer values, or exclude combinations.',
    },
  ]
}

/** A matrix or a trial that can never be measured whole. */
export const checkSize = (parts: PolicyParts): readonly Complaint[] => [
  ...checkCells(parts),
  ...checkSustained(parts),
]
