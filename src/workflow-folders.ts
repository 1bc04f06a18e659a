/** Whether every workflow agent has something to read, asked before any server: an empty folder is wrong input. */
import { ingestedOf, nothingRead } from './core/workflow/ingested.ts'
import { MachineError } from './errors.ts'
import type { WorkflowPolicy } from './model/agent.ts'
import type { Agents, LoadedPolicy, SourcePosition } from './model/policy.ts'
import type { Problem } from './model/problem.ts'
import type { DocumentFolder } from './ports/document-folder.ts'

/** The agents of a checkout. `isOwn` says that they are the policy's own, which has a place for them. */
export interface WorkflowCheckout {
  readonly agents: Agents
  readonly checkout: string
  /** As messages call it; null where there is only one. */
  readonly name: string | null
  readonly isOwn: boolean
}

/** Reads no further than the first file that can be read. */
async function problemsOfFolder(
  workflow: WorkflowPolicy,
  checkout: string,
  documents: DocumentFolder,
): Promise<readonly Problem[]> {
  try {
    const ingested = ingestedOf(await documents.read({ ...workflow, 'most-files': 1 }, checkout))
    return ingested.files > 0 ? [] : [nothingRead(workflow.folder, ingested)]
  } catch (error) {
    if (error instanceof MachineError) return error.problems
    throw error
  }
}

/** The folder's place in the policy, or the nearest one around it. */
const placeOf = ({ positions }: LoadedPolicy, agent: string): SourcePosition | undefined =>
  [`agents.${agent}.workflow.folder`, `agents.${agent}.workflow`, `agents.${agent}`, 'agents-file']
    .map((path) => positions[path])
    .find((at) => at !== undefined)

/** What is wrong with the folders of the workflow agents that the matrix uses; an agent's comes once for a checkout. */
export async function workflowProblems(
  loaded: LoadedPolicy,
  checkouts: readonly WorkflowCheckout[],
  documents: DocumentFolder,
): Promise<readonly Problem[]> {
  const uses = loaded.policy.matrix.flatMap(({ agents }) => agents)
  const names = new Set(uses.map((use) => (typeof use === 'string' ? use : use.use)))
  const problems: Problem[] = []
  for (const { agents, checkout, name, isOwn } of checkouts)
    for (const agent of names) {
      const workflow = agents[agent]?.workflow
      const at = isOwn ? placeOf(loaded, agent) : undefined
      for (const problem of workflow ? await problemsOfFolder(workflow, checkout, documents) : [])
        problems.push({
          ...problem,
          what: `agents.${agent}.workflow${name === null ? '' : ` (${name})`}: ${problem.what}`,
          ...(at === undefined ? {} : { at }),
        })
    }
  return problems
}
