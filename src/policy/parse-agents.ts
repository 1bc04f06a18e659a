/** Text to agents: the file that a policy names as agents-file. Reads no file. */
import { type Agents, agentsFileSchema } from '../model/policy.ts'
import type { Problem } from '../model/problem.ts'
import { checkAgentTasks } from './check-agent-tasks.ts'
import { toProblem } from './complaint.ts'
import { shown } from './issue-words.ts'
import { isMapping, knownAgents } from './policy-parts.ts'
import { schemaComplaints } from './schema-complaints.ts'
import { soundYaml } from './sound-yaml.ts'
import type { SourceText, YamlSource } from './yaml-source.ts'

function problemsOf({ value, placeOf }: YamlSource): readonly Problem[] {
  if (value === null || (isMapping(value) && Object.keys(value).length === 0))
    return [{ what: 'The file defines no agent.', at: placeOf([]) }]
  if (!isMapping(value))
    return [
      { what: `An agents file is a mapping from names to agents, not ${shown(value)}.`, at: placeOf([]) },
    ]
  const complaints = [
    ...schemaComplaints(agentsFileSchema, value),
    ...checkAgentTasks(knownAgents(value), []),
  ]
  return complaints.map((complaint) => toProblem(complaint, placeOf))
}

/** Parses an agents file. Throws one InputError with all problems, in the order of the file. */
export function parseAgents(input: SourceText): Agents {
  return agentsFileSchema.parse(soundYaml(input, problemsOf).value)
}
