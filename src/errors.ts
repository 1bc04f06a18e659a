/** The kinds of error that leave a job without a verdict, and the sentences they are told in. */
import type { SourcePosition } from './model/policy.ts'
import type { Problem } from './model/problem.ts'

/** Base of the gate's own errors: a list of problems, each with what, why and how to fix it. */
export abstract class GateError extends Error {
  readonly problems: readonly Problem[]
  abstract readonly kind: 'input' | 'machine'

  constructor(problems: readonly Problem[], options?: ErrorOptions) {
    super(problems.map(describeProblem).join('\n'), options)
    this.name = new.target.name
    this.problems = problems
  }
}

/** Policy, inputs, baseline or event are wrong; found before anything is measured. Exit code 2. */
export class InputError extends GateError {
  readonly kind = 'input'
}

/** Server, GPU, runner or disk failed, so that nothing could be measured. Exit code 4. */
export class MachineError extends GateError {
  readonly kind = 'machine'
}

/** `file:line:column`, as editors and terminals link it. */
export const describePosition = (at: SourcePosition): string => `${at.file}:${at.line}:${at.column}`

/** One line: place, what, why, how to fix it; parts that are missing are left out. */
export const describeProblem = (problem: Problem): string =>
  [
    ...(problem.at ? [`${describePosition(problem.at)} `] : []),
    [problem.what, problem.why, problem.fix].filter((part) => part !== undefined).join(' '),
  ].join(' ')

/** What an unknown thrown value says, in one line. */
export const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown)
