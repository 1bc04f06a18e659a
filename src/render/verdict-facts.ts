/** What several renderings need to know of a verdict: its cells, their worst check, its rules. Makes no text. */
import type { SourcePosition } from '../model/policy.ts'
import type { Problem } from '../model/problem.ts'
import type { Check, CheckStatus, Verdict } from '../model/verdict.ts'

/** All checks of one cell, worst first, and the worst status; a cell without checks has none. */
export interface CellChecks {
  readonly cellId: string
  readonly checks: readonly Check[]
  readonly worst: CheckStatus | null
}

/** Checks of one rule that came out alike: one line of the policy and the cells it speaks of. Never empty. */
export interface RuleChecks {
  readonly first: Check
  readonly checks: readonly Check[]
  readonly at: SourcePosition | null
}

/** Cells in the order of their worst check, then those that only have figures. */
export const cellsOf = ({ checks, figures }: Pick<Verdict, 'checks' | 'figures'>): readonly CellChecks[] => {
  const byCell = new Map<string, Check[]>()
  for (const check of checks) byCell.set(check.cellId, [...(byCell.get(check.cellId) ?? []), check])
  for (const { cellId } of figures) if (!byCell.has(cellId)) byCell.set(cellId, [])
  return Array.from(byCell, ([cellId, own]) => ({ cellId, checks: own, worst: own[0]?.status ?? null }))
}

/** Cells that have checks, all of them passed. */
export const passingCells = (cells: readonly CellChecks[]): readonly CellChecks[] =>
  cells.filter(({ worst }) => worst === 'pass')

/** Checks of the same rule and status together, in the order of their first. */
export const groupByRule = (checks: readonly Check[]): readonly RuleChecks[] => {
  const groups = Map.groupBy(checks, ({ kind, metric, of, status, expected, at }) =>
    JSON.stringify([kind, metric, of, status, expected, at]),
  )
  return Array.from(groups.values()).flatMap((own) =>
    own[0] ? [{ first: own[0], checks: own, at: own[0].at }] : [],
  )
}

/** Checks that are not pass, worst first. */
export const findingsOf = ({ checks }: Pick<Verdict, 'checks'>): readonly Check[] =>
  checks.filter(({ status }) => status !== 'pass')

/** Findings with one status and one advice together (without an advice: one metric), worst first; none of the groups is empty. */
export const adviceGroups = (verdict: Pick<Verdict, 'checks'>): readonly (readonly Check[])[] =>
  Array.from(
    Map.groupBy(findingsOf(verdict), ({ status, metric, fix }) =>
      JSON.stringify([status, fix ?? metric]),
    ).values(),
  )

/** Whether the title has said it already; then only reason and remedy are left to tell. */
export const isInTitle = ({ what, why, fix }: Problem, { title }: Pick<Verdict, 'title'>): boolean =>
  title.includes(what) && (why !== undefined || fix !== undefined)

/** Whether the job compared with nothing, since there was no base and no baseline at all. */
export const lacksBase = ({ checks }: Pick<Verdict, 'checks'>): boolean => {
  const regressions = checks.filter(({ kind }) => kind === 'regression')
  return (
    regressions.length > 0 &&
    regressions.every(({ status, base, change }) => status === 'not-comparable' && base === null && !change)
  )
}
