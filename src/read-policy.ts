/** A policy from its file, with its agents, wherever they stand. */
import { dirname, join } from 'node:path'
import { readText } from './adapters/files/text-file.ts'
import { InputError } from './errors.ts'
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

/** The text of a file that the policy names; what is wrong with the file's name is said where it stands. */
async function textNamed(file: string, key: string, { positions }: LoadedPolicy): Promise<string> {
  try {
    return (await readText(file)).text
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    const at = positions[key]
    throw new InputError(
      error.problems.map((problem) => ({
        ...problem,
        what: `${key}: ${problem.what}`,
        ...(at === undefined ? {} : { at }),
      })),
      { cause: error },
    )
  }
}

/** Reads an agents-file of base for this policy. Throws InputError with all that is wrong with it, or with its use. */
export async function readBaseAgents(file: string, loaded: LoadedPolicy): Promise<Agents> {
  const agents = parseAgents({ text: (await readText(file)).text, file })
  requireAgents(loaded, agents)
  return agents
}

/** Reads the policy, and the file that it names for its agents. Throws InputError with every problem. */
export async function readPolicy(file: string): Promise<PolicyWithAgents> {
  const { text, sha256 } = await readText(file)
  const loaded = parsePolicy({ text, file, sha256 })
  const { agents: own, 'agents-file': agentsFile } = loaded.policy
  if (own !== undefined || agentsFile === undefined) return { loaded, agents: own ?? {} }
  const named = await textNamed(agentsFile, 'agents-file', loaded)
  const agents = parseAgents({ text: named, file: agentsFile })
  requireJudged(loaded, agents)
  return { loaded, agents }
}

/** Reads the published figures that the policy names; null where it names none. Throws InputError as a policy does. */
export async function readPublished(loaded: LoadedPolicy): Promise<PublishedFigures | null> {
  const { published } = loaded.policy
  if (published === undefined) return null
  const path = join(dirname(loaded.file), published.file)
  return parsePublished({ text: await textNamed(path, 'published.file', loaded), file: path })
}
