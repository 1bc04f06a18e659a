/** The verb `policy check`: every problem of the files at once, or their cells with an estimate of the time. */
import { plannedGroups } from '../core/plan/plan-list.ts'
import { planAgainstBudget, planAssumption } from '../core/plan/plan-size.ts'
import { describeProblem, GateError } from '../errors.ts'
import { count } from '../model/number-format.ts'
import type { Problem } from '../model/problem.ts'
import { planOffline } from '../offline-plan.ts'
import { countProblems } from '../policy/count-problems.ts'
import { readPolicy, readPublished } from '../read-policy.ts'

async function check(file: string): Promise<readonly Problem[]> {
  try {
    const read = await readPolicy(file)
    const { policy } = read.loaded
    await readPublished(read.loaded)
    const plan = planOffline(read, { paired: false, seed: 1 })
    const assumption = planAssumption(plan)
    process.stdout.write(`${file}: ${planAgainstBudget(plan, policy)}.\n`)
    if (assumption !== null) process.stdout.write(`  ${assumption}\n`)
    const groups = plannedGroups(plan, policy).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    for (const { id, cells } of groups)
      process.stdout.write(`  ${id}${cells > 1 ? `: ${count(cells, 'cell')}` : ''}\n`)
    return []
  } catch (error) {
    if (error instanceof GateError) return error.problems
    throw error
  }
}

/** Runs the verb; resolves to its exit code. */
export async function checkPolicies(files: readonly string[]): Promise<number> {
  const problems: Problem[] = []
  for (const file of files) problems.push(...(await check(file)))
  if (problems.length === 0) return 0
  process.stderr.write(`${problems.map(describeProblem).join('\n')}\n${countProblems(problems)}\n`)
  return 2
}
