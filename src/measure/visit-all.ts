/** Visit after visit: what comes next, on which servers, until the plan, the budget or the hope is over. */
import { formatMinutes } from '../model/number-format.ts'
import type { Cell, Visit } from '../model/plan.ts'
import type { RunHeader } from '../model/run.ts'
import type { Rig } from './bench-rig.ts'
import { type FoundState, unloadOthers } from './found-state.ts'
import type { WarmState } from './preparation.ts'
import { completed, type End, outOfTime, type Session, type Standing } from './session-state.ts'
import { countTrial, headIsHopeless, isDisturbed, meanMs } from './tally.ts'
import { runVisit } from './visit.ts'
import { visitsToCome } from './visits-to-come.ts'

/** What changes from visit to visit: what is warm, and the cell that was last on the servers. */
interface Bench {
  readonly warm: WarmState
  cellId: string | null
}

interface Entry {
  readonly cell: Cell
  readonly before: FoundState
}

/** TR111 starts its server anew for each configuration; found servers are not ours to restart. */
async function restartOurs(rig: Rig, { warm }: Bench): Promise<void> {
  for (const own of [rig.started.head, rig.started.base]) {
    if (!own) continue
    await own.restart(rig.signal)
    warm.clear()
  }
}

/** The models of other cells make room: with two of them in memory the next one may not fit. */
async function enterCell(rig: Rig, bench: Bench, { cell, before }: Entry): Promise<void> {
  if (bench.cellId === cell.id) return
  const isFirst = bench.cellId === null
  bench.cellId = cell.id
  // Servers that were started a moment ago are as fresh as can be.
  if (rig.restart === 'each-cell' && !isFirst) await restartOurs(rig, bench)
  const models = [cell.head.model, ...(cell.base ? [cell.base.model] : [])]
  await unloadOthers(rig, before, models)
}

function cellOf({ plan }: RunHeader, { cellId }: Visit): Cell {
  const cell = plan.cells.find(({ id }) => id === cellId)
  if (!cell) throw new RangeError(`the plan has no cell ${cellId}`)
  return cell
}

/** How a server of ours died that nobody starts again: what is left of the plan would only fail. Null while all run. */
const deadServer = ({ started, restart }: Rig): string | null =>
  restart === 'never' ? (started.head?.trouble() ?? started.base?.trouble() ?? null) : null

/** What a trial of the cell takes for certain: one that the budget would cut off teaches nothing. */
const leastMs = ({ protocol }: Rig, { workload }: Cell): number =>
  workload === 'sustained' ? protocol['sustain-minutes'] * 60_000 : 0

/** Rejects with the signal's reason, and with MachineError when a server of ours does not come back. */
export async function visitAll(session: Session, standing: Standing): Promise<End> {
  const { header, rig, journal, progress, earlier } = session
  const { tally, planned, budgetMs, before } = standing
  const bench: Bench = { warm: new Map(), cellId: null }
  const deadlineMs = rig.clock.nowMs() + budgetMs - (earlier?.spentMs ?? 0)
  const visits = visitsToCome({
    plan: header.plan,
    protocol: rig.protocol,
    resumed: earlier?.resumed ?? [],
    tally,
  })
  for (const visit of visits) {
    const done = tally.outlines.length
    const cell = cellOf(header, visit)
    if (rig.clock.nowMs() + Math.max(meanMs(tally), leastMs(rig, cell)) > deadlineMs)
      return outOfTime(header, standing)
    const trouble = deadServer(rig)
    if (trouble !== null) return { how: 'failed', message: `The job could not go on: ${trouble}` }
    await enterCell(rig, bench, { cell, before })
    const of = Math.max(planned, done + 1)
    progress({ kind: 'visiting', visit, done, of })
    const trial = await runVisit(rig, cell, visit, bench.warm)
    await journal.append({ kind: 'trial', trial })
    countTrial(tally, trial)
    const leftMs = meanMs(tally) * Math.max(0, planned - tally.outlines.length)
    progress({ kind: 'measured', trial, done: done + 1, of, leftMs })
    if (headIsHopeless(tally, header.plan.cells.length))
      return { how: 'failed', message: `No trial of head counts: ${tally.lastReason}` }
    if (isDisturbed(tally, budgetMs))
      return {
        how: 'failed',
        message: `No trial counts after ${formatMinutes(tally.spentMs / 60_000)}: ${tally.lastReason}`,
      }
  }
  return completed(header, tally)
}
