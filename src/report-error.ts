/** What is said of an error that no verdict holds, and the exit code that follows. Prints nothing. */
import { describeProblem, GateError } from './errors.ts'

const codes = { input: 2, machine: 4, interrupted: 130 } as const

/** Exit code of a gate that is itself broken. Node's own is 1, which would read as a failed check. */
export const brokenCode = 4

/** Words for standard error, ending in a newline, and the exit code. */
export interface ErrorReport {
  readonly text: string
  readonly exitCode: number
}

/** Problems in a line each; anything else is a bug of the gate, which is told with its stack. */
export function reportOf(error: unknown): ErrorReport {
  if (error instanceof GateError)
    return { text: `${error.problems.map(describeProblem).join('\n')}\n`, exitCode: codes[error.kind] }
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return {
    text: `ollama-perf-gate is broken, which is no verdict on your server:\n${what}\n`,
    exitCode: brokenCode,
  }
}
