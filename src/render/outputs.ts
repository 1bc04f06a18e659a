/** The verdict as the outputs of a CI step: strings that later steps decide on. File paths are the caller's. */

import { formatPlain } from '../model/number-format.ts'
import type { Check, Verdict } from '../model/verdict.ts'
import { plainText } from './plain-text.ts'

/** Changes that are listed; an environment variable of a later step takes no more than 128 KiB. */
const mostChanges = 200

const changeOf = ({ cellId, metric, base, head, change }: Check) => ({
  cell: plainText(cellId, 200),
  metric,
  base,
  head,
  change: change?.estimate ?? null,
})

/** Regression rules that failed or warned, worst first: what changed, as against what may not be told. */
const changesOf = ({ checks }: Verdict) =>
  checks
    .filter(({ kind, status }) => kind === 'regression' && (status === 'fail' || status === 'warn'))
    .slice(0, mostChanges)
    .map(changeOf)

/**
 * `failed` and `warned` count checks; `inconclusive` counts those that could not tell, not-comparable and invalid ones
 * among them. `changed` is JSON with the estimate as a ratio or points (null against a stored baseline).
 */
export const outputsOf = (verdict: Verdict): Record<string, string> => {
  const { counts } = verdict
  const untold = counts.inconclusive + counts['not-comparable'] + counts.invalid
  return {
    verdict: verdict.outcome,
    title: plainText(verdict.title, 300),
    failed: String(counts.fail),
    warned: String(counts.warn),
    inconclusive: String(untold),
    changed: JSON.stringify(changesOf(verdict)),
    minutes: formatPlain(verdict.measuredMinutes),
  }
}
