/** From the lines of a journal to a run; the journal is the truth, and a killed job's is a run that ended early. */
import { InputError } from '../errors.ts'
import type { Ended, JournalLine, Run } from '../model/run.ts'
import { markJob } from './validity/mark-job.ts'

const killed = (atMs: number): Ended => ({
  how: 'killed',
  message: 'The job was killed before it could finish.',
  atMs,
})

/** The last process's end: what an earlier one wrote before the job was resumed is no end. */
function endOf(lines: readonly JournalLine[], fallbackMs: number): Ended {
  const last = lines.at(-1)
  return last?.kind === 'ended' ? last.ended : killed(fallbackMs)
}

/**
 * The run of a journal, with the reasons that only the whole job can show. Throws InputError when the first line is no
 * header: then nothing was planned, let alone measured.
 */
export function assembleRun(lines: readonly JournalLine[]): Run {
  const [first] = lines
  if (first?.kind !== 'header')
    throw new InputError([
      { what: 'The journal has no header line, so there is no run in it.', fix: 'Measure again.' },
    ])
  const { header } = first
  const trials = lines.flatMap((line) => (line.kind === 'trial' ? [line.trial] : []))
  const resumed = lines.flatMap((line) => (line.kind === 'resumed' ? [line.resumed] : []))
  return {
    ...header,
    trials: markJob({ trials, resumed, protocol: header.policy.policy.protocol, cells: header.plan.cells }),
    resumed,
    ended: endOf(lines, trials.at(-1)?.endedMs ?? header.startedMs),
  }
}
