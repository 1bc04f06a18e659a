/** Cross-checks of the agents: where they are defined, and how the matrix uses them. */
import type { AgentPolicy } from '../model/agent.ts'
import type { AgentUse, MatrixEntry } from '../model/policy.ts'
import { suggestion } from './closest-name.ts'
import type { Complaint } from './complaint.ts'
import type { Path } from './path-text.ts'
import type { PolicyParts } from './policy-parts.ts'

/** Agents by name; null for one whose definition is broken. */
export type KnownAgents = ReadonlyMap<string, AgentPolicy | null>

/** Agents stand in the policy or in a file that it names, not in both. */
export function checkAgentSource({ hasAgents, hasAgentsFile }: PolicyParts): readonly Complaint[] {
  if (hasAgents && hasAgentsFile)
    return [{ path: ['agents-file'], what: 'stands beside agents.', fix: 'Keep one of the two.' }]
  if (!hasAgents && !hasAgentsFile)
    return [
      {
        path: [],
        what: '"agents" is missing.',
        fix: 'Define agents here, or name a file that does as agents-file.',
      },
    ]
  return []
}

function checkOverrides(
  use: AgentUse,
  agent: AgentPolicy,
  entry: MatrixEntry,
  path: Path,
): readonly Complaint[] {
  if (typeof use === 'string') return []
  return Object.keys(use).flatMap((option): readonly Complaint[] => {
    if (option === 'use') return []
    if (agent.options === 'server-defaults' && option !== 'num_predict')
      return [
        {
          path,
          key: option,
          what: `${use.use} runs with the server's defaults, so ${option} is not sent.`,
          fix: 'Only num_predict can be given here.',
        },
      ]
    return agent.options !== 'server-defaults' && entry.sweep && option in entry.sweep
      ? [
          {
            path,
            key: option,
            what: `${option} is swept in this entry, so this value is never used.`,
            fix: 'Remove one of the two.',
          },
        ]
      : []
  })
}

/** A queue is one of requests: what else an agent does would not be counted as one. */
function checkQueue(name: string, { workflow, program }: AgentPolicy, path: Path): readonly Complaint[] {
  if (!workflow && !program) return []
  return [
    {
      path,
      what: `batch takes agents of one call, and ${name} is a ${workflow ? 'workflow' : 'program'}.`,
      fix: 'Measure it with the workload sustained, or use another agent.',
    },
  ]
}

function checkUse(use: AgentUse, path: Path, entry: MatrixEntry, known: KnownAgents): readonly Complaint[] {
  const name = typeof use === 'string' ? use : use.use
  const agent = known.get(name)
  if (agent)
    return [
      ...checkOverrides(use, agent, entry, path),
      ...(entry.workload === 'batch' ? checkQueue(name, agent, path) : []),
    ]
  if (agent === null) return []
  const fix = suggestion(name, [...known.keys()])
  return [
    {
      path: typeof use === 'string' ? path : [...path, 'use'],
      what: `there is no agent "${name}".`,
      ...(fix === undefined ? {} : { fix }),
    },
  ]
}

const isDefault = (use: AgentUse, known: KnownAgents): boolean =>
  known.get(typeof use === 'string' ? use : use.use)?.options === 'server-defaults'

/** A sweep of options changes nothing where every agent runs with the server's defaults. */
function checkIdleSweep(entry: MatrixEntry, path: Path, known: KnownAgents): readonly Complaint[] {
  const swept = Object.keys(entry.sweep ?? {}).find((axis) => axis !== 'model' && axis !== 'topology')
  if (swept === undefined || !entry.agents.every((use) => isDefault(use, known))) return []
  return [
    {
      path: [...path, 'sweep'],
      key: swept,
      what: `${swept} changes nothing: all agents here run with the server's defaults.`,
      fix: 'Remove it, or use an agent with options.',
    },
  ]
}

/** What is wrong with the agents that the matrix uses, given the ones that there are. */
export const checkAgentUses = (
  matrix: readonly (MatrixEntry | null)[],
  known: KnownAgents,
): readonly Complaint[] =>
  matrix.flatMap((entry, index) => {
    if (!entry) return []
    const path = ['matrix', index]
    return [
      ...entry.agents.flatMap((use, i) => checkUse(use, [...path, 'agents', i], entry, known)),
      ...checkIdleSweep(entry, path, known),
    ]
  })
