/** Text to policy: syntax, schema and cross-checks, with every problem at once and in its place. Reads no file. */
import { type LoadedPolicy, policySchema } from '../model/policy.ts'
import type { Problem } from '../model/problem.ts'
import { checkAgentTasks } from './check-agent-tasks.ts'
import { checkAgentSource, checkAgentUses } from './check-agents.ts'
import { checkMatrix } from './check-matrix.ts'
import { checkPublished } from './check-published.ts'
import { checkRules } from './check-rules.ts'
import { checkSize } from './check-size.ts'
import { type Complaint, toProblem } from './complaint.ts'
import { shown } from './issue-words.ts'
import { isMapping, type Mapping, partsOf } from './policy-parts.ts'
import { schemaComplaints } from './schema-complaints.ts'
import { soundYaml } from './sound-yaml.ts'
import type { SourceText, YamlSource } from './yaml-source.ts'

/** A policy's text with its file's name, for messages, and the text's SHA-256 in hex. */
export interface PolicyText extends SourceText {
  readonly sha256: string
}

function crossChecks(policy: Mapping): readonly Complaint[] {
  const parts = partsOf(policy)
  return [
    ...checkAgentSource(parts),
    ...(parts.agents
      ? [...checkAgentTasks(parts.agents, ['agents']), ...checkAgentUses(parts.matrix, parts.agents)]
      : []),
    ...checkMatrix(parts),
    ...checkSize(parts),
    ...checkRules(parts),
    ...checkPublished(policy),
  ]
}

function problemsOf({ value, placeOf }: YamlSource): readonly Problem[] {
  if (value === null)
    return [{ what: 'The file is empty.', fix: 'Start from a policy in policies/.', at: placeOf([]) }]
  if (!isMapping(value))
    return [
      {
        what: `A policy is a mapping of keys such as version, name, models and matrix, not ${shown(value)}.`,
        at: placeOf([]),
      },
    ]
  const complaints = [...schemaComplaints(policySchema, value), ...crossChecks(value)]
  return complaints.map((complaint) => toProblem(complaint, placeOf))
}

/** Parses a policy. Throws one InputError with all problems, in the order of the file. */
export function parsePolicy({ text, file, sha256 }: PolicyText): LoadedPolicy {
  const source = soundYaml({ text, file }, problemsOf)
  return { policy: policySchema.parse(source.value), file, sha256, positions: source.places() }
}
