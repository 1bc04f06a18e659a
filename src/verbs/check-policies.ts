/** The verb `policy check`: every problem of the files at once, or their cells with an estimate of the time. */
import { readText } from '../adapters/files/text-file.ts'
import { estimateMinutes } from '../core/plan/estimate-minutes.ts'
import { planRun } from '../core/plan/plan-run.ts'
import { describeProblem, GateError, InputError } from '../errors.ts'
import type { Plan } from '../model/plan.ts'
import type { LoadedPolicy } from '../model/policy.ts'
import type { Problem } from '../model/problem.ts'
import { parseAgents } from '../policy/parse-agents.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import { serversWanted } from '../server-choice.ts'

/** The cells as they would be with as many servers as the policy can use; models stand under the names written there. */
async function planOf(loaded: LoadedPolicy): Promise<Plan> {
  const file = loaded.policy['agents-file']
  const head =
    loaded.policy.agents ??
    (file === undefined ? {} : parseAgents({ text: (await readText(file)).text, file }))
  const named = loaded.policy.models === 'auto' ? ['auto'] : loaded.policy.models
  const swept = loaded.policy.matrix.flatMap((entry) => [
    ...(entry.models ?? []),
    ...(entry.sweep?.model ?? []).map(String),
  ])
  const models = new Map([...named, ...swept].map((model) => [model, model]))
  return planRun({
    loaded,
    agents: { head, base: null },
    servers: { head: serversWanted(loaded.policy), base: null },
    models: { head: models, base: null },
    seed: 1,
  })
}

async function check(file: string): Promise<readonly Problem[]> {
  try {
    const { text, sha256 } = await readText(file)
    const loaded = parsePolicy({ text, file, sha256 })
    const plan = await planOf(loaded)
    const minutes = estimateMinutes(plan, loaded.policy.protocol)
    process.stdout.write(
      `${file}: ${plan.cells.length} cells, ${plan.visits.length} trials, roughly ${Math.ceil(minutes)} minutes unpaired.\n`,
    )
    for (const { id } of plan.cells.toSorted((a, b) => a.id.localeCompare(b.id)))
      process.stdout.write(`  ${id}\n`)
    return []
  } catch (error) {
    if (error instanceof InputError || error instanceof GateError) return error.problems
    throw error
  }
}

/** Runs the verb; resolves to its exit code. */
export async function checkPolicies(files: readonly string[]): Promise<number> {
  const problems = (await Promise.all(files.map(check))).flat()
  if (problems.length === 0) return 0
  const inFiles = new Set(problems.map(({ at }) => at?.file)).size
  process.stderr.write(
    `${problems.map(describeProblem).join('\n')}\n${problems.length} problem${problems.length === 1 ? '' : 's'} in ${inFiles} file${inFiles === 1 ? '' : 's'}. Nothing was measured.\n`,
  )
  return 2
}
