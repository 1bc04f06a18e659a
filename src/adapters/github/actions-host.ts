/** GitHub Actions as a CI host: outputs, summary, annotations, log and state through @actions/core. */
import { stat } from 'node:fs/promises'
import {
  error,
  getInput,
  getState,
  info,
  notice,
  saveState,
  setOutput,
  summary,
  warning,
} from '@actions/core'
import { messageOf } from '../../errors.ts'
import type { Annotation } from '../../model/annotation.ts'
import type { CiHost } from '../../ports/ci-host.ts'
import { logText } from './log-text.ts'

/** Environment variables, as a process has them. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>

/** What GitHub takes as the summary of one step. */
const stepSummaryBytes = 1024 * 1024

const remarks = { error, warning, notice } as const

const annotate = ({ level, message, title, file, line, column }: Annotation): void => {
  const properties = {
    title: logText(title),
    ...(file === undefined ? {} : { file: logText(file) }),
    ...(line === undefined ? {} : { startLine: line }),
    ...(column === undefined ? {} : { startColumn: column }),
  }
  remarks[level](logText(message), properties)
}

const sizeOf = async (path: string): Promise<number> => {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}

/** The runner drops a summary that is too long without a trace in the page, so a sentence stands in for it. */
const fittingSummary = async (path: string, markdown: string): Promise<string> => {
  const bytes = (await sizeOf(path)) + Buffer.byteLength(markdown)
  return bytes <= stepSummaryBytes
    ? markdown
    : '**ollama-perf-gate**: the summary is longer than GitHub takes for one step; see the summary file.\n'
}

/** Adds to the step's summary; without one (outside a runner) nothing happens. */
const appendSummary = async (path: string | undefined, markdown: string): Promise<void> => {
  if (!path) return
  try {
    await summary.addRaw(await fittingSummary(path, markdown), true).write()
  } catch (thrown) {
    summary.emptyBuffer()
    warning(`The step summary could not be written: ${logText(messageOf(thrown))}`)
  }
}

/** Outside a runner @actions/core would print outputs and state as commands, which nobody there reads. */
const intoFile = (path: string | undefined, what: string, write: () => void): void => {
  if (!path) return
  try {
    write()
  } catch (thrown) {
    warning(`${what} could not be set: ${logText(messageOf(thrown))}`)
  }
}

/** The host of this process; `variables` is its environment, from which @actions/core reads as well. */
export const actionsHost = (variables: EnvironmentVariables): CiHost => ({
  input: (name) => getInput(name),
  setOutputs: (outputs) => {
    for (const [name, value] of Object.entries(outputs))
      intoFile(variables.GITHUB_OUTPUT, `The output ${name}`, () => setOutput(name, value))
  },
  appendSummary: (markdown) => appendSummary(variables.GITHUB_STEP_SUMMARY, markdown),
  annotate: (annotations) => {
    for (const annotation of annotations) annotate(annotation)
  },
  log: (text) => info(text),
  logUntrusted: (text) => info(logText(text)),
  warn: (message) => warning(logText(message)),
  saveState: (name, value) =>
    intoFile(variables.GITHUB_STATE, `The state ${name}`, () => saveState(name, value)),
  state: (name) => getState(name),
  exitWith: (code) => {
    process.exitCode = code
  },
})
