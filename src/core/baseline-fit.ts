/** Whether a stored baseline can be compared with what is measured now. */
import type { Baseline, BaselineCell, BaselineSession } from '../model/baseline.ts'
import type { Environment } from '../model/environment.ts'
import type { GpuDevice, GpuFacts } from '../model/gpu.ts'
import type { Protocol, Workload } from '../model/policy.ts'
import type { Problem } from '../model/problem.ts'
import type { Run } from '../model/run.ts'
import { compareFingerprints } from './fingerprint/compare-fingerprints.ts'
import { changesText, pathsText } from './fingerprint/difference-text.ts'
import { fingerprintOf } from './fingerprint/fingerprint-of.ts'

const modelsOf = ({ servers }: Environment): ReadonlyMap<string, string | null> =>
  new Map(servers.head.flatMap(({ models }) => models.map(({ name, digest }) => [name, digest] as const)))

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

const machineNotes = (then: Environment, now: Environment): readonly string[] =>
  then.machine === now.machine && then.host.cpu === now.host.cpu
    ? []
    : [`The baseline is from ${then.machine} (${then.host.cpu}), this is ${now.machine} (${now.host.cpu}).`]

function modelNotes(then: Environment, now: Environment): readonly string[] {
  const digests = modelsOf(then)
  return [...modelsOf(now)].flatMap(([name, digest]) =>
    digests.has(name) && digests.get(name) !== digest
      ? [`${name} is another model than in the baseline: its digest changed.`]
      : [],
  )
}

/** Of a run only head is stored: what base ran on is no part of a baseline. */
const headOf = (environment: Environment): Environment => ({
  ...environment,
  servers: { head: environment.servers.head, base: [] },
  ...(environment.programs && { programs: { head: environment.programs.head, base: [] } }),
})

/**
 * What changed since the newest session, as notes for the report: the machine, the models, and every fact of the
 * fingerprint, with those that cannot be compared. The policy's hash is compared where one is given.
 */
export function baselineNotes(
  baseline: Baseline,
  now: Environment,
  policy?: { readonly sha256: string },
): readonly string[] {
  const session = baseline.sessions.at(-1)
  if (!session) return []
  const then = session.environment
  const { changed, unknown } = compareFingerprints(
    fingerprintOf(headOf(then), policy && { sha256: session.policySha256 }),
    fingerprintOf(headOf(now), policy),
  )
  return [
    ...machineNotes(then, now),
    ...modelNotes(then, now),
    ...(changed.length > 0 ? [`Changed since the baseline: ${changesText(changed)}.`] : []),
    ...(unknown.length > 0
      ? [`Not known then or now, so never taken for equal: ${pathsText(unknown)}.`]
      : []),
  ]
}

/** What tells cards apart: a bus address or an index, which stand in for a missing UUID, say nothing about the card in it. */
const cardsOf = ({ devices }: GpuFacts): string =>
  JSON.stringify(
    devices
      .map(({ uuid, name, memoryTotalBytes }) => JSON.stringify([uuid, name, memoryTotalBytes]))
      .toSorted(),
  )

/** Of a card that is cut into instances it is not known which of them was used, unless the instance itself is told. */
const isIdentified = ({ uuid, mig }: GpuDevice): boolean =>
  uuid !== '' && (mig !== true || /^MIG-/i.test(uuid))

const areIdentified = ({ state, devices }: GpuFacts): boolean =>
  state === 'present' && devices.length > 0 && devices.every(isIdentified)

/** The same devices, or none on both sides. What is broken or on another host is unknown, and equals nothing. */
const sameGpus = (then: GpuFacts, now: GpuFacts): boolean =>
  (then.state === 'absent' && now.state === 'absent') ||
  (areIdentified(then) && areIdentified(now) && cardsOf(then) === cardsOf(now))

/** The embedded engines compute on the CPU alone, whatever cards the machine has. */
const sameMachine = (then: Environment, now: Environment): boolean =>
  then.host.cpu === now.host.cpu &&
  then.host.cores === now.host.cores &&
  (now.engine !== 'ollama' || sameGpus(then.gpu, now.gpu))

/** How much a trial asks, in the unit of its workload: half the queue or half the hour is another load. */
export function trialAmount(workload: Workload, protocol: Protocol): number {
  switch (workload) {
    case 'batch':
      return protocol['batch-requests']
    case 'sustained':
      return protocol['sustain-minutes']
    case 'single-agent':
    case 'two-agents':
    case 'many-agents':
      return protocol.requests
    default:
      return workload satisfies never
  }
}

/**
 * A difference here makes figures another quantity, whatever the cell is called: machine, GPU, model digest, variant,
 * length of a trial. What is unknown on either side is a difference.
 */
export function measuredAlike(session: BaselineSession, cell: BaselineCell, run: Run): boolean {
  const now = run.environment
  const then = session.environment
  const current = run.plan.cells.find(({ id }) => id === cell.id)
  const digest = modelsOf(then).get(cell.variant.model) ?? null
  return (
    current !== undefined &&
    JSON.stringify(current.head) === JSON.stringify(cell.variant) &&
    trialAmount(current.workload, run.policy.policy.protocol) === cell.amount &&
    sameMachine(then, now) &&
    digest !== null &&
    digest === modelsOf(now).get(cell.variant.model)
  )
}
