/** The page that a sweep leaves beside its summary. Whether it can be drawn or not changes no verdict. */
import type { VerdictFolder } from './adapters/files/result-folder.ts'
import { messageOf } from './errors.ts'
import type { Run } from './model/run.ts'
import type { Verdict } from './model/verdict.ts'

/** One cell, or two, are told in the summary; from three on there is something to draw. */
const leastCells = 3

/** Writes report.html where the run is a sweep; tells what went wrong, and never rejects. */
export async function drawReport(
  { run, verdict }: { readonly run: Run | null; readonly verdict: Verdict },
  folder: VerdictFolder,
  onNote: (text: string) => void,
): Promise<void> {
  if (!run || run.plan.cells.length < leastCells) return
  try {
    const { renderReport } = await import('./render/report/render-report.ts')
    await folder.saveReport(await renderReport(verdict))
  } catch (error) {
    onNote(`report.html could not be written, which changes nothing else: ${messageOf(error)}`)
  }
}
