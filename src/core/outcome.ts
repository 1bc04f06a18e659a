/** The verdict table: from checks to the job's verdict, and from the verdict to exit code and conclusion (INTERFACE). */
import type { Check, CheckStatus, Outcome, Verdict } from '../model/verdict.ts'

/** From worst to best; the order in which checks are listed. */
export const severity = [
  'fail',
  'invalid',
  'not-comparable',
  'inconclusive',
  'warn',
  'pass',
] as const satisfies CheckStatus[]

/** The worst of the checks. No check at all is an error: a gate must not pass on silence. */
export function outcomeOf(checks: readonly Pick<Check, 'status'>[]): Outcome {
  const has = (...statuses: CheckStatus[]) => checks.some(({ status }) => statuses.includes(status))
  if (checks.length === 0) return 'error-input'
  if (has('fail')) return 'fail'
  if (has('inconclusive', 'not-comparable', 'invalid')) return 'inconclusive'
  return has('warn') ? 'warn' : 'pass'
}

/** How many checks have each status. */
export function countChecks(checks: readonly Pick<Check, 'status'>[]): Record<CheckStatus, number> {
  const count = (status: CheckStatus) => checks.filter((check) => check.status === status).length
  return {
    pass: count('pass'),
    warn: count('warn'),
    fail: count('fail'),
    inconclusive: count('inconclusive'),
    'not-comparable': count('not-comparable'),
    invalid: count('invalid'),
  }
}

/** The process's exit code. With `failOn: warn` a warning fails too. */
export function exitCodeOf(
  { outcome, blocksOnInconclusive }: Pick<Verdict, 'outcome' | 'blocksOnInconclusive'>,
  failOn: 'fail' | 'warn' = 'fail',
): number {
  switch (outcome) {
    case 'pass':
    case 'not-needed':
      return 0
    case 'warn':
      return failOn === 'warn' ? 1 : 0
    case 'fail':
      return 1
    case 'inconclusive':
      return blocksOnInconclusive ? 3 : 0
    case 'error-input':
      return 2
    case 'error-machine':
      return 4
    case 'interrupted':
      return 130
    default:
      return outcome satisfies never
  }
}
