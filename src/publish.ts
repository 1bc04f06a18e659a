/** Tells the CI host what came of a job. A publication that fails changes no verdict. */
import type { VerdictFolder } from './adapters/files/result-folder.ts'
import type { Verdict } from './model/verdict.ts'
import type { CiHost } from './ports/ci-host.ts'
import { annotationsOf } from './render/annotations.ts'
import { outputsOf } from './render/outputs.ts'
import { renderSummary } from './render/summary.ts'
import { renderTerminal } from './render/terminal.ts'

/** Columns of a runner's log that fit beside its time stamps. */
const logWidth = 120

/** Paths of the files that later steps may want; empty where a file was not written. */
const fileOutputs = (folder: VerdictFolder | null): Record<string, string> => ({
  'run-file': folder?.pathOf('run.json') ?? '',
  'verdict-file': folder?.pathOf('verdict.json') ?? '',
  'summary-file': folder?.pathOf('summary.md') ?? '',
  'report-file': folder?.pathOf('report.html') ?? '',
})

/** Log, job summary, annotations and outputs. */
export async function publish(host: CiHost, verdict: Verdict, folder: VerdictFolder | null): Promise<void> {
  host.logUntrusted(renderTerminal(verdict, { colour: false, width: logWidth }))
  host.annotate(annotationsOf(verdict))
  host.setOutputs({ ...outputsOf(verdict), ...fileOutputs(folder) })
  await host.appendSummary(renderSummary(verdict))
}
