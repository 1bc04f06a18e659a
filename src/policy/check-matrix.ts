/** Cross-checks of the matrix: numbers of agents, topologies, models, and what each sweep comes to. */

import { count } from '../model/number-format.ts'
import { optionsSchema } from '../model/options.ts'
import { type MatrixEntry, mostAgents, topologySchema, type Workload } from '../model/policy.ts'
import { axesOf, combinationCount, expandSweep, sweepAxes } from '../model/sweep.ts'
import { expandable } from './check-size.ts'
import { suggestion } from './closest-name.ts'
import type { Complaint } from './complaint.ts'
import { shown } from './issue-words.ts'
import type { Path } from './path-text.ts'
import type { PolicyParts } from './policy-parts.ts'
import { schemaComplaints } from './schema-complaints.ts'

const agentCount = {
  'single-agent': [1, 1],
  'two-agents': [2, 2],
  'many-agents': [3, mostAgents],
  batch: [1, mostAgents],
  sustained: [1, mostAgents],
} as const satisfies Record<Workload, readonly [number, number]>

function checkAgentCount({ workload, agents }: MatrixEntry, path: Path): readonly Complaint[] {
  const [least, most] = agentCount[workload]
  if (agents.length >= least && agents.length <= most) return []
  const wanted = least === most ? count(least, 'agent') : `${least} to ${most} agents`
  return [{ path: [...path, 'agents'], what: `${workload} takes ${wanted}, not ${agents.length}.` }]
}

/** The topologies of an entry, each with its place. */
const topologiesOf = ({ topology, sweep, include }: MatrixEntry, path: Path): readonly [unknown, Path][] => [
  ...(sweep?.topology ? [] : [[topology, [...path, 'topology']] satisfies [unknown, Path]]),
  ...(sweep?.topology ?? []).map((value, i): [unknown, Path] => [value, [...path, 'sweep', 'topology', i]]),
  ...(include ?? []).map(({ topology }, i): [unknown, Path] => [
    topology,
    [...path, 'include', i, 'topology'],
  ]),
]

function checkTopology(entry: MatrixEntry, path: Path): readonly Complaint[] {
  const isSingle = entry.workload === 'single-agent' || entry.agents.length === 1
  return topologiesOf(entry, path).flatMap(([topology, place]) => {
    if (isSingle && (topology === 'two-servers' || topology === 'server-each'))
      return [
        {
          path: place,
          what: 'a single agent cannot run on several servers.',
          fix: 'Write one-server, or as-given for the first of them.',
        },
      ]
    return topology === 'two-servers' && entry.agents.length > 2
      ? [
          {
            path: place,
            what: `two-servers gives each of two agents a server of its own, and here are ${entry.agents.length}.`,
            fix: 'Write server-each, or as-given to share what there is.',
          },
        ]
      : []
  })
}

const withoutLatest = (value: unknown): unknown =>
  typeof value === 'string' ? value.replace(/:latest$/, '') : value

/** Values that stand in a list for the second time; of models, `gemma3` and `gemma3:latest` are one. */
const checkRepeats = (values: readonly unknown[], path: Path): readonly Complaint[] =>
  values.flatMap((value, index) =>
    values.findIndex((other) => withoutLatest(other) === withoutLatest(value)) < index
      ? [{ path: [...path, index], what: `${shown(value)} stands here twice.` }]
      : [],
  )

const axisSchema = (axis: string) =>
  axis === 'topology'
    ? topologySchema
    : axis in optionsSchema.shape
      ? optionsSchema.shape[axis as keyof typeof optionsSchema.shape] // just checked to be a key
      : null

function checkAxis(axis: string, values: readonly unknown[], path: Path): readonly Complaint[] {
  const schema = axisSchema(axis)
  return [
    ...(schema ? values.flatMap((value, index) => schemaComplaints(schema, value, [...path, index])) : []),
    ...checkRepeats(values, path),
  ]
}

function checkSweep({ sweep = {} }: MatrixEntry, path: Path): readonly Complaint[] {
  return Object.entries(sweep).flatMap(([axis, values]) => {
    if (sweepAxes.includes(axis)) return checkAxis(axis, values, [...path, axis])
    const fix = suggestion(axis, sweepAxes)
    return [
      {
        path,
        key: axis,
        what: `"${axis}" is neither an Ollama option nor model or topology.`,
        ...(fix === undefined ? {} : { fix }),
      },
    ]
  })
}

interface Swept {
  readonly entry: MatrixEntry
  readonly models: readonly string[]
  readonly path: Path
}

function checkExcludeKeys({ entry, models, path }: Swept): readonly Complaint[] {
  const axes = axesOf(entry, models).map(([axis]) => axis)
  return (entry.exclude ?? []).flatMap((exclude, index) =>
    Object.keys(exclude)
      .filter((axis) => !axes.includes(axis))
      .map((axis) => {
        const fix = suggestion(axis, axes)
        return {
          path: [...path, 'exclude', index],
          key: axis,
          what: `"${axis}" is not swept in this entry.`,
          ...(fix === undefined ? {} : { fix }),
        }
      }),
  )
}

function checkIncludeValues({ entry, models, path }: Swept): readonly Complaint[] {
  const known = axesOf(entry, models).find(([axis]) => axis === 'model')?.[1] ?? []
  return (entry.include ?? []).flatMap((include, index) => {
    const here = [...path, 'include', index]
    const each = Object.fromEntries(Object.entries(include).map(([axis, value]) => [axis, [value]]))
    const wrong = checkSweep({ ...entry, sweep: each }, here).map((complaint) => ({
      ...complaint,
      // The check is made for lists; here each value stands alone.
      path: complaint.key === undefined ? complaint.path.slice(0, -1) : complaint.path,
    }))
    return include.model === undefined || known.includes(include.model)
      ? wrong
      : [
          ...wrong,
          {
            path: [...here, 'model'],
            what: `${shown(include.model)} is not a model of this entry.`,
            fix: 'Give it a matrix entry of its own, with models.',
          },
        ]
  })
}

function checkExpansion({ entry, models, path }: Swept): readonly Complaint[] {
  const { combinations, idleExcludes, idleIncludes, clashes } = expandSweep(entry, models)
  return [
    ...idleExcludes.map((index) => ({
      path: [...path, 'exclude', index],
      what: 'matches no combination of the sweep.',
    })),
    ...idleIncludes.map((index) => ({
      path: [...path, 'include', index],
      what: 'adds nothing: the sweep has this already.',
    })),
    ...clashes.map(({ include, axis }) => ({
      path: [...path, 'include', include],
      what: `gives ${axis} another value in a combination to which an earlier include added one, which would be lost.`,
      fix: `Write the values of ${axis} in sweep.`,
    })),
    ...(combinations.length === 0
      ? [{ path, what: 'exclude leaves no combination, so this entry measures nothing.' }]
      : []),
  ]
}

/** What the parts of an entry say each by itself, and then, if all is well, what they come to together. */
function checkEntry(
  entry: MatrixEntry,
  models: readonly string[] | null,
  index: number,
): readonly Complaint[] {
  const path = ['matrix', index]
  const swept = { entry, models: models ?? ['auto'], path }
  const single = [
    ...checkAgentCount(entry, path),
    ...checkTopology(entry, path),
    ...checkRepeats(entry.models ?? [], [...path, 'models']),
    ...(entry.models && entry.sweep?.model
      ? [{ path: [...path, 'models'], what: 'stands beside sweep.model.', fix: 'Keep one of the two.' }]
      : []),
  ]
  const axes = [
    ...checkSweep(entry, [...path, 'sweep']),
    ...checkExcludeKeys(swept),
    ...(models ? checkIncludeValues(swept) : []),
  ]
  const canExpand = axes.length === 0 && models !== null && combinationCount(entry, models) <= expandable
  return [...single, ...axes, ...(canExpand ? checkExpansion(swept) : [])]
}

/** Everything about the matrix but its agents' names and its size. */
export const checkMatrix = (parts: PolicyParts): readonly Complaint[] => [
  ...(parts.models ? checkRepeats(parts.models, ['models']) : []),
  ...parts.matrix.flatMap((entry, index) => (entry ? checkEntry(entry, parts.models, index) : [])),
]
