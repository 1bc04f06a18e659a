/** The CI system that runs the gate, as the story needs it. */
import type { Annotation } from '../model/annotation.ts'

/** Talks to the CI system. None of its calls may change a verdict; publishing that fails is a warning in the log. */
export interface CiHost {
  /** Text of an input, trimmed; empty when it is not given. */
  input(name: string): string
  setOutputs(outputs: Readonly<Record<string, string>>): void
  /** Adds Markdown to the step's page, after what is there; too much of it becomes a sentence that says so. */
  appendSummary(markdown: string): Promise<void>
  annotate(annotations: readonly Annotation[]): void
  /** Our own words: may not hold anything from outside. */
  log(text: string): void
  /** Words from outside (servers, models, files): shown as they are, never obeyed. */
  logUntrusted(text: string): void
  warn(message: string): void
  /** Keeps a value for the step's clean-up, which is another process. */
  saveState(name: string, value: string): void
  /** What was kept; empty when nothing was. */
  state(name: string): string
  /** The exit code with which this process will end, once nothing is left to do. */
  exitWith(code: number): void
}
