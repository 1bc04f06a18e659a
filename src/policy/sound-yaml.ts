/** Text to plain data that is sound: every problem at once, in the order of the file. Knows no schema. */
import { InputError } from '../errors.ts'
import type { Problem } from '../model/problem.ts'
import { inOrder } from './complaint.ts'
import { parseYaml, type SourceText, type YamlSource } from './yaml-source.ts'

/** The data with its places. Throws one InputError with what is wrong with the syntax, and what `problemsOf` finds. */
export function soundYaml(
  input: SourceText,
  problemsOf: (source: YamlSource) => readonly Problem[],
): YamlSource {
  const { source, problems } = parseYaml(input)
  const all = inOrder([...problems, ...(source ? problemsOf(source) : [])])
  if (!source || all.length > 0) throw new InputError(all)
  return source
}
