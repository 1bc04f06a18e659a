/** From the lines of a journal to a run; the journal is the truth, and a killed job's is a run that ended early. */
import { InputError } from '../errors.ts'
import type { Ended, JournalLine, Run } from '../model/run.ts'

const killed = (atMs: number): Ended => ({
  how: 'killed',
  message: 'The job was killed before it could finish.',
  atMs,
})

/** Throws InputError when the first line is no header: then nothing was planned, let alone measured. */
export function assembleRun(lines: readonly JournalLine[]): Run {
  const [first] = lines
  if (first?.kind !== 'header')
    throw new InputError([
      { what: 'The journal has no header line, so there is no run in it.', fix: 'Measure again.' },
    ])
  const trials = lines.flatMap((line) => (line.kind === 'trial' ? [line.trial] : []))
  const ended = lines.findLast((line) => line.kind === 'ended')
  return {
    ...first.header,
    trials,
    ended: ended?.kind === 'ended' ? ended.ended : killed(trials.at(-1)?.endedMs ?? first.header.startedMs),
  }
}
