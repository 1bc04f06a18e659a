/** Several things that may each be wrong input, with all that is wrong at once. */
import { InputError } from './errors.ts'

/** Waits for all of them. Throws one InputError with the problems of all that reject with one, or what else was thrown. */
export async function collected<T extends readonly unknown[]>(
  work: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const ends = await Promise.allSettled(work)
  const reasons = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []))
  const other = reasons.find((reason) => !(reason instanceof InputError))
  if (other !== undefined) throw other
  const problems = reasons.flatMap((reason) => (reason instanceof InputError ? reason.problems : []))
  if (problems.length > 0) throw new InputError(problems, { cause: reasons[0] })
  return Promise.all(work)
}
