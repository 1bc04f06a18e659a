/** Servers that an earlier job left behind when it was killed. */
import type { PreflightLine } from '../../model/preflight.ts'
import { okLine, unknownLine } from './lines.ts'
import type { OrphanFact, PreflightJudge } from './preflight-facts.ts'

const what = 'Orphans'

const orphanLine = ({ pid, port, binary, canEnd }: OrphanFact): PreflightLine => ({
  what,
  value: `${binary} (process ${pid}) of an earlier job still runs${port === null ? '' : ` on port ${port}`} and holds its memory`,
  // A run ends what it can before it looks.
  verdict: canEnd ? 'warn' : 'fail',
  fix: canEnd
    ? `The next run ends it; or end it yourself: \`kill ${pid}\`.`
    : `It belongs to another user: have process ${pid} ended by that user or an administrator.`,
})

/** One line for each: it takes the memory, and often the port, that the servers of this job need. */
export const judgeOrphans: PreflightJudge = ({ orphans }) => {
  if (orphans === null) return [unknownLine(what, 'the processes of earlier jobs cannot be listed')]
  return orphans.length > 0 ? orphans.map(orphanLine) : [okLine(what, 'none of an earlier job')]
}
