/** Whether a stored baseline can be compared with what is measured now. */
import type { Baseline, BaselineCell, BaselineSession } from '../model/baseline.ts'
import type { Environment } from '../model/environment.ts'
import type { Problem } from '../model/problem.ts'
import type { Run } from '../model/run.ts'

const modelsOf = ({ servers }: Environment): ReadonlyMap<string, string | null> =>
  new Map(servers.head.flatMap(({ models }) => models.map(({ name, digest }) => [name, digest] as const)))

const versionsOf = ({ servers }: Environment): string =>
  [...new Set(servers.head.map(({ version }) => version))].join(', ')

/** What makes the baseline unusable: another policy, or another engine. Empty when it can be used. */
export function baselineProblems(
  baseline: Baseline,
  policy: string,
  { engine }: Environment,
): readonly Problem[] {
  const engines = [...new Set(baseline.sessions.map(({ environment }) => environment.engine))]
  return [
    ...(baseline.policy === policy
      ? []
      : [
          {
            what: `The baseline belongs to the policy ${baseline.policy}, not to ${policy}.`,
            fix: 'Name the right baseline file.',
          },
        ]),
    ...(engines.every((one) => one === engine)
      ? []
      : [
          {
            what: `The baseline was measured on the engine ${engines.join(' and ')}, these servers are ${engine}.`,
            why: 'Their figures mean different things.',
            fix: 'Record a baseline on this engine with `record`.',
          },
        ]),
  ]
}

/** What changed since the newest session, as notes for the report. */
export function baselineNotes(baseline: Baseline, now: Environment): readonly string[] {
  const then = baseline.sessions.at(-1)?.environment
  if (!then) return []
  const digests = modelsOf(then)
  return [
    ...(versionsOf(then) === versionsOf(now)
      ? []
      : [`Since the baseline Ollama went from ${versionsOf(then)} to ${versionsOf(now)}.`]),
    ...(then.machine === now.machine && then.host.cpu === now.host.cpu
      ? []
      : [
          `The baseline is from ${then.machine} (${then.host.cpu}), this is ${now.machine} (${now.host.cpu}).`,
        ]),
    ...[...modelsOf(now)].flatMap(([name, digest]) =>
      digests.has(name) && digests.get(name) !== digest
        ? [`${name} is another model than in the baseline: its digest changed.`]
        : [],
    ),
  ]
}

/** A difference here makes figures another quantity, whatever the cell is called: machine, model digest, variant. */
export function measuredAlike(session: BaselineSession, cell: BaselineCell, run: Run): boolean {
  const now = run.environment
  const then = session.environment
  const current = run.plan.cells.find(({ id }) => id === cell.id)
  const model = cell.variant.model
  return (
    JSON.stringify(current?.head) === JSON.stringify(cell.variant) &&
    run.policy.policy.protocol.requests === cell.requests &&
    then.host.cpu === now.host.cpu &&
    then.host.cores === now.host.cores &&
    modelsOf(then).get(model) === modelsOf(now).get(model)
  )
}
