/** A policy from its file, with its agents, wherever they stand. */
import { dirname, join } from 'node:path'
import { readText } from './adapters/files/text-file.ts'
import type { Agents, LoadedPolicy } from './model/policy.ts'
import type { PublishedFigures } from './model/published.ts'
import { parseAgents } from './policy/parse-agents.ts'
import { parsePolicy } from './policy/parse-policy.ts'
import { parsePublished } from './policy/parse-published.ts'
import { requireAgents, requireJudged } from './policy/require-agents.ts'

/** A policy whose agents are known to be there. */
export interface PolicyWithAgents {
  readonly loaded: LoadedPolicy
  readonly agents: Agents
}

const agentsIn = async (file: string): Promise<Agents> =>
  parseAgents({ text: (await readText(file)).text, file })

/** Reads an agents-file of base for this policy. Throws InputError with all that is wrong with it, or with its use. */
export async function readBaseAgents(file: string, loaded: LoadedPolicy): Promise<Agents> {
  const agents = await agentsIn(file)
  requireAgents(loaded, agents)
  return agents
}

/** Reads the policy, and the file that it names for its agents. Throws InputError with every problem. */
export async function readPolicy(file: string): Promise<PolicyWithAgents> {
  const { text, sha256 } = await readText(file)
  const loaded = parsePolicy({ text, file, sha256 })
  const { agents: own, 'agents-file': agentsFile } = loaded.policy
  if (own !== undefined || agentsFile === undefined) return { loaded, agents: own ?? {} }
  const agents = await agentsIn(agentsFile)
  requireJudged(loaded, agents)
  return { loaded, agents }
}

/** Reads the published figures that the policy names; null where it names none. Throws InputError as a policy does. */
export async function readPublished({ policy, file }: LoadedPolicy): Promise<PublishedFigures | null> {
  if (policy.published === undefined) return null
  const path = join(dirname(file), policy.published.file)
  return parsePublished({ text: (await readText(path)).text, file: path })
}
