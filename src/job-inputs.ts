/** What a job is told, and what it reads before it asks any server. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { openDocumentFolder } from './adapters/documents/document-folder.ts'
import { readBaseline, readBaselineIfAny } from './adapters/files/read-baseline.ts'
import { collected } from './collected.ts'
import { InputError } from './errors.ts'
import type { World } from './measure/world.ts'
import type { Baseline } from './model/baseline.ts'
import type { Agents, LoadedPolicy } from './model/policy.ts'
import type { Problem } from './model/problem.ts'
import type { PublishedFigures } from './model/published.ts'
import { readBaseAgents, readPolicy, readPublished } from './read-policy.ts'
import type { ServerChoice } from './server-choice.ts'
import { sampleFiles } from './tool.ts'
import { workflowProblems } from './workflow-folders.ts'

/** What a job is told; null where the user said nothing. */
export interface JobInputs {
  readonly policyFile: string
  readonly servers: ServerChoice
  readonly baseServers: readonly string[] | null
  readonly baseModel: string | null
  readonly baseAgentsFile: string | null
  /** Folder of base's checkout, for agents that are programs or read files; null for the current one. */
  readonly baseFolder: string | null
  /** Binaries of the servers that the job starts itself; `ollamaBase` makes a base of it. */
  readonly ollama: string | null
  readonly ollamaBase: string | null
  /** Folders of models of the servers that are started: one for all, or one each; empty for Ollama's own. */
  readonly modelStores: readonly string[]
  readonly baselineFile: string | null
  /** The baseline is to be written, not compared with: it may not exist yet, but must not be another's. */
  readonly recording: boolean
  readonly against: 'baseline' | 'none' | null
  readonly budgetMinutes: number | null
  /** How long to wait for a job that holds this machine. */
  readonly waitMinutes: number
  readonly seed: number | null
  /** Whether an unfinished run in the folder is left aside instead of gone on with. */
  readonly fresh: boolean
  readonly out: string
}

/** How long a job waits for another one by default, in minutes: as long as the default budget, twice. */
export const defaultWaitMinutes = 120

/** What stands in the files that the inputs name. */
export interface ReadInputs {
  readonly policy: LoadedPolicy
  readonly agents: { readonly head: Agents; readonly base: Agents | null }
  readonly baseline: Baseline | null
  readonly published: PublishedFigures | null
}

/** Whether base is measured beside head. */
export const isPaired = ({
  baseServers,
  baseModel,
  baseAgentsFile,
  baseFolder,
  ollamaBase,
}: JobInputs): boolean =>
  [baseServers, baseModel, baseAgentsFile, baseFolder, ollamaBase].some((one) => one !== null)

/** Whether the job starts its servers itself: when it is told so, or is given a binary and no servers. */
export const startsServers = ({ servers, ollama, ollamaBase, modelStores }: JobInputs): boolean =>
  servers === 'start' ||
  (servers === 'default' && (ollama !== null || ollamaBase !== null || modelStores.length > 0))

function contradictions(inputs: JobInputs): readonly Problem[] {
  const { against, baseServers, ollama, ollamaBase, modelStores } = inputs
  const given = ollama !== null || ollamaBase !== null || modelStores.length > 0
  return [
    ...(isPaired(inputs) && against !== null
      ? [
          {
            what: `A base was given, which asks for a pair, and against ${against} as well.`,
            fix: 'Leave one of them out.',
          },
        ]
      : []),
    ...(given && !startsServers(inputs)
      ? [
          {
            what: 'A binary or a model store was given, which are for servers that the job starts, and other servers as well.',
            fix: 'Leave servers out or say `start`; or leave the binary and the model store out.',
          },
        ]
      : []),
    ...(baseServers !== null && startsServers(inputs)
      ? [
          {
            what: 'Head is to be started by the job, but base was given as running servers.',
            why: 'Their settings could differ in ways that nobody sees.',
            fix: 'Name a binary for base (ollama-base), or name running servers for both.',
          },
        ]
      : []),
  ]
}

/** The folders that base's and head's own files stand in: the current one, where nothing else is said. */
export const checkoutsOf = ({ baseFolder }: Pick<JobInputs, 'baseFolder'>): World['checkouts'] => {
  const head = process.cwd()
  return { head, base: baseFolder === null ? head : resolve(baseFolder) }
}

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() ?? false

/** What speaks against base's checkout: it is not there, or nobody would run or read anything in it. */
async function folderProblems(folder: string | null, agents: readonly Agents[]): Promise<readonly Problem[]> {
  if (folder === null) return []
  const isUsed = agents
    .flatMap((some) => Object.values(some))
    .some(({ program, workflow }) => program !== undefined || workflow?.folder !== undefined)
  return [
    ...((await isFolder(folder))
      ? []
      : [
          {
            what: `There is no folder ${folder}, which base is to be taken from (base-folder).`,
            fix: 'Check it out first, e.g. with `git worktree add base origin/main`.',
          },
        ]),
    ...(isUsed
      ? []
      : [
          {
            what: 'A base folder was given, but no agent is a program or reads a folder of its checkout.',
            why: 'Base and head would be the same.',
            fix: 'Leave base-folder out; to compare options, prompts or models use base-agents or base-model.',
          },
        ]),
  ]
}

function withBudget(loaded: LoadedPolicy, minutes: number | null): LoadedPolicy {
  if (minutes === null) return loaded
  const protocol = { ...loaded.policy.protocol, 'budget-minutes': minutes }
  return { ...loaded, policy: { ...loaded.policy, protocol } }
}

async function readOwnBaseline({ baselineFile, recording }: JobInputs): Promise<Baseline | null> {
  if (baselineFile === null) return null
  return recording ? readBaselineIfAny(baselineFile) : readBaseline(baselineFile)
}

/** What workflow agents would find nothing to read in; one folder is read once for both, unless base has agents of its own. */
async function emptyFolders(
  inputs: JobInputs,
  loaded: LoadedPolicy,
  { head, base }: Readonly<Record<'head' | 'base', Agents>>,
): Promise<readonly Problem[]> {
  const checkouts = checkoutsOf(inputs)
  const [hasOwnAgents, hasOwnFolder] = [base !== head, inputs.baseFolder !== null]
  const both = [
    { agents: head, checkout: checkouts.head, name: null, isOwn: true },
    ...(hasOwnAgents || hasOwnFolder
      ? [{ agents: base, checkout: checkouts.base, name: 'base', isOwn: !hasOwnAgents }]
      : []),
  ]
  return workflowProblems(loaded, both, openDocumentFolder(sampleFiles))
}

/** All that can be wrong without asking a server. Throws InputError. */
export async function readInputs(inputs: JobInputs): Promise<ReadInputs> {
  const { loaded, agents: head } = await readPolicy(inputs.policyFile)
  const [base, baseline, published] = await collected([
    inputs.baseAgentsFile === null ? head : readBaseAgents(inputs.baseAgentsFile, loaded),
    readOwnBaseline(inputs),
    readPublished(loaded),
  ])
  const wrong = [...contradictions(inputs), ...(await folderProblems(inputs.baseFolder, [head, base]))]
  const problems = wrong.length > 0 ? wrong : await emptyFolders(inputs, loaded, { head, base })
  if (problems.length > 0) throw new InputError(problems)
  return {
    policy: withBudget(loaded, inputs.budgetMinutes),
    agents: { head, base: isPaired(inputs) ? base : null },
    baseline,
    published,
  }
}
