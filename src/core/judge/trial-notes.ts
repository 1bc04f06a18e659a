/** What a reader must know of the trials themselves: reasons against them, files left aside, and that the job was resumed. */
import { count, formatMinutes } from '../../model/number-format.ts'
import type { Run, Spoiled } from '../../model/run.ts'

/** One sentence a rule, the most frequent first, with what was seen the first time. */
function reasonNotes(reasons: readonly Spoiled[], lead: string): readonly string[] {
  return [...Map.groupBy(reasons, ({ rule }) => rule).values()]
    .toSorted((a, b) => b.length - a.length)
    .flatMap((own) => {
      const [first] = own
      return first ? [`${lead} ${count(own.length, 'trial')} for ${first.rule}: ${first.detail}.`] : []
    })
}

function resumedNotes({ resumed, trials }: Run): readonly string[] {
  return resumed.flatMap(({ at, atMs, pausedMs, repaired, notes }) => {
    const before = trials.filter(({ endedMs }) => endedMs <= atMs).length
    const torn = repaired ? ' The last line of its journal was torn and cut off.' : ''
    return [
      `The job was resumed on ${at} after a pause of ${formatMinutes(pausedMs / 60_000)}, with ${count(before, 'trial')} measured before.${torn}`,
      ...notes,
    ]
  })
}

/** What each side's workflow agents read of a folder; null is the sample files. */
const readings = ({ plan, trials }: Run) =>
  trials.flatMap(({ visit, legs }) => {
    const agents = plan.cells.find(({ id }) => id === visit.cellId)?.[visit.subject]?.agents
    return legs.flatMap(({ turns }) =>
      turns.flatMap(({ agent, ingested }) => {
        const task = agents?.[agent]?.task
        return ingested && task?.kind === 'workflow' ? [{ folder: task.folder ?? null, ingested }] : []
      }),
    )
  })

/** One sentence a folder of which files were left aside, by the turn that left most: nobody else says that they were. */
function readingNotes(run: Run): readonly string[] {
  return [...Map.groupBy(readings(run), ({ folder }) => folder)].flatMap(([folder, own]) => {
    const most = own.reduce((a, b) => (b.ingested.skipped > a.ingested.skipped ? b : a)).ingested
    const why = most.skippedWhy.length > 0 ? `: ${most.skippedWhy.join('; ')}` : ''
    const where = folder === null ? 'the sample files' : `the folder ${folder}`
    return most.skipped > 0
      ? [`Of ${where} a workflow read ${count(most.files, 'file')} and left ${most.skipped} aside${why}.`]
      : []
  })
}

/** Empty when nothing speaks against any trial and the job went through in one piece. */
export function trialNotes(run: Run): readonly string[] {
  const finished = run.trials.filter(({ failure }) => failure === null)
  const reasons = finished.flatMap(({ spoiled }) => spoiled)
  return [
    ...resumedNotes(run),
    ...reasonNotes(
      reasons.filter(({ leftOut }) => leftOut),
      'Left out',
    ),
    ...reasonNotes(
      reasons.filter(({ leftOut }) => !leftOut),
      'Only marked',
    ),
    ...readingNotes(run),
  ]
}
