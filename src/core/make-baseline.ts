/** From a run to a baseline: raw trial values in order, so that later statistics can be honest about them. */
import { InputError } from '../errors.ts'
import { type Baseline, type BaselineSession, baselineSchemaVersion } from '../model/baseline.ts'
import type { Run } from '../model/run.ts'
import { trialAmount } from './baseline-fit.ts'
import { deriveSamples, isValid } from './derive/samples.ts'
import { trialValue } from './derive/summaries.ts'

/** Six significant digits: far below any noise, and short in a diff. */
const rounded = (value: number): number => Number(value.toPrecision(6))

function sessionOf(run: Run): BaselineSession {
  const samples = deriveSamples(run).filter(({ subject }) => subject === 'head')
  return {
    recordedAt: run.startedAt,
    policySha256: run.policy.sha256,
    environment: run.environment,
    cells: run.plan.cells.map(({ id, head, workload }) => ({
      id,
      variant: head,
      amount: trialAmount(workload, run.policy.policy.protocol),
      contextLengths: [
        ...new Set(
          run.trials
            .filter((trial) => trial.visit.cellId === id && trial.visit.subject === 'head')
            .flatMap(({ residency }) => residency.map(({ contextLength }) => contextLength)),
        ),
      ],
      series: [
        ...Map.groupBy(
          samples.filter((sample) => sample.cellId === id),
          ({ metric, agent }) => `${metric}/${agent}`,
        ).values(),
      ].flatMap((own) => {
        const [first] = own
        return first
          ? [
              {
                metric: first.metric,
                agent: first.agent,
                values: own.map((sample) => rounded(trialValue(sample))),
              },
            ]
          : []
      }),
    })),
  }
}

/**
 * The baseline with this run as its newest session. Throws InputError when the run is not whole (a cell without a
 * valid trial), or when the earlier baseline is of another policy or engine.
 */
export function addToBaseline(earlier: Baseline | null, run: Run): Baseline {
  const policy = run.policy.policy.name
  const silent = run.plan.cells.filter(
    ({ id }) => !run.trials.some((t) => t.visit.cellId === id && t.visit.subject === 'head' && isValid(t)),
  )
  const engine = earlier?.sessions[0]?.environment.engine ?? run.environment.engine
  const problems = [
    ...silent.map(({ id }) => ({
      what: `${id} has no valid trial, so it cannot be a baseline.`,
      fix: 'Measure again.',
    })),
    ...(earlier && earlier.policy !== policy
      ? [
          {
            what: `The baseline is of the policy ${earlier.policy}, the run is of ${policy}.`,
            fix: 'Give another file.',
          },
        ]
      : []),
    ...(engine !== run.environment.engine
      ? [
          {
            what: `The baseline was measured on the engine ${engine}, the run on ${run.environment.engine}.`,
            fix: 'Give another file.',
          },
        ]
      : []),
  ]
  if (problems.length > 0) throw new InputError(problems)
  return {
    schemaVersion: baselineSchemaVersion,
    policy,
    sessions: [...(earlier?.sessions ?? []), sessionOf(run)],
  }
}
