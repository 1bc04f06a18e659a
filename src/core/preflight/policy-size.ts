/** The policy: how much it asks for, against its budget. Its fields were checked when it was read. */
import { formatMinutes } from '../../model/number-format.ts'
import { planMinutes, planSize } from '../plan/plan-size.ts'
import { okLine } from './lines.ts'
import type { PreflightJudge } from './preflight-facts.ts'

const what = 'Policy'

/** The estimate is a rough one (see estimateMinutes), so that more than the budget is a warning. */
export const judgePolicySize: PreflightJudge = ({ policy, plan }) => {
  const { name, protocol } = policy.policy
  const minutes = planMinutes(plan, policy.policy)
  const budget = protocol['budget-minutes']
  const value = `${name} (${policy.file}): ${planSize(plan, policy.policy)}`
  return minutes <= budget
    ? [okLine(what, `${value}, within the budget of ${formatMinutes(budget)}`)]
    : [
        {
          what,
          value: `${value}, more than the budget of ${formatMinutes(budget)}`,
          verdict: 'warn',
          fix: `Raise budget-minutes to ${Math.ceil(minutes)}, or ask for fewer runs or cells: what does not fit is not measured.`,
        },
      ]
}
