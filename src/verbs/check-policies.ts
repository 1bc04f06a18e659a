/** The verb `policy check`: every problem of the files at once, or their cells with an estimate of the time. */
import { estimateMinutes } from '../core/plan/estimate-minutes.ts'
import { describeProblem, GateError } from '../errors.ts'
import { count } from '../model/number-format.ts'
import type { Problem } from '../model/problem.ts'
import { planOffline } from '../offline-plan.ts'
import { countProblems } from '../policy/count-problems.ts'
import { readPolicy } from '../read-policy.ts'

async function check(file: string): Promise<readonly Problem[]> {
  try {
    const read = await readPolicy(file)
    const plan = planOffline(read, { paired: false, seed: 1 })
    const minutes = Math.ceil(estimateMinutes(plan, read.loaded.policy.protocol))
    const size = `${count(plan.cells.length, 'cell')}, ${count(plan.visits.length, 'trial')}`
    process.stdout.write(`${file}: ${size}, roughly ${count(minutes, 'minute')} unpaired.\n`)
    for (const id of plan.cells.map((cell) => cell.id).toSorted()) process.stdout.write(`  ${id}\n`)
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
