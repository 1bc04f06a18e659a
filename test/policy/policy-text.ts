/** Texts of policies for tests: what is tested stands first, so that its line numbers can be counted by eye. */
import { describeProblem, InputError } from '../../src/errors.ts'
import { parsePolicy } from '../../src/policy/parse-policy.ts'

const defaults = {
  version: 'version: 1',
  name: 'name: tested',
  models: 'models: [tiny]',
  agents:
    'agents: { a: { options: { num_ctx: 512 } }, b: { options: { num_ctx: 1024 } }, d: { options: server-defaults } }',
  matrix: 'matrix: [{ workload: two-agents, agents: [a, b] }]',
}

/** `text`, followed by each of the needed keys that it does not have itself. */
export const policyText = (text: string): string =>
  [
    text,
    ...Object.entries(defaults)
      .filter(([key]) => !new RegExp(`^${key}(-file)?:`, 'm').test(text))
      .map(([, line]) => line),
    '',
  ].join('\n')

/** The lines that a reader of the problems sees, for what `parse` throws; empty when it does not throw. */
export function problemLines(parse: () => unknown): readonly string[] {
  try {
    parse()
    return []
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return error.problems.map(describeProblem)
  }
}

/** The problems of a policy, of which `text` is the beginning. */
export const problemsIn = (text: string): readonly string[] =>
  problemLines(() => parsePolicy({ text: policyText(text), file: 'p.yml', sha256: '' }))
