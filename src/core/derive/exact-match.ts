/** Whether the same request is answered the same, byte for byte: a comparison of trials with the first of their cell. */
import type { Sample } from '../../model/figures.ts'
import type { Call, Trial } from '../../model/run.ts'

const repeatsOf = ({ legs }: Trial): readonly Call[] =>
  legs.filter(({ kind }) => kind === 'repeat').flatMap(({ calls }) => calls)

/**
 * For each of one cell's and subject's trials the share, in percent, of its answers that are the same as the first
 * answer to the same agent. That first one is compared with nothing, and a trial with nothing to compare gives no
 * sample: one answer alone must not read as a match.
 */
function matchesOf(trials: readonly Trial[]): readonly Sample[] {
  const first = new Map<number, string>()
  return trials.flatMap((trial) => {
    const same: boolean[] = []
    for (const { agent, answer } of repeatsOf(trial)) {
      const expected = first.get(agent)
      if (answer === null) continue
      if (expected === undefined) first.set(agent, answer.sha256)
      else same.push(answer.sha256 === expected)
    }
    if (same.length === 0) return []
    const { cellId, subject, round } = trial.visit
    const percent = (same.filter(Boolean).length / same.length) * 100
    return [{ cellId, subject, round, metric: 'exactMatchPercent' as const, agent: null, values: [percent] }]
  })
}

/**
 * The samples of exactMatchPercent of the trials that count, in their order. Base and head are each compared with
 * themselves: that an upgrade words an answer otherwise is no fault of it, that it words one in two ways is.
 */
export const exactMatches = (counting: readonly Trial[]): readonly Sample[] =>
  [...Map.groupBy(counting, ({ visit }) => `${visit.cellId}\n${visit.subject}`).values()].flatMap(matchesOf)
