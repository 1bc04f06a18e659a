/** From a run to its verdict: pure, so that it can be computed again, elsewhere, byte for byte. */
import type { Comparison } from '../../model/analysis.ts'
import type { Baseline } from '../../model/baseline.ts'
import type { Problem } from '../../model/problem.ts'
import type { Run, Trial } from '../../model/run.ts'
import { type Check, type Outcome, type Verdict, verdictSchemaVersion } from '../../model/verdict.ts'
import { analyzeRun } from '../analysis/analyze-run.ts'
import { countChecks, outcomeOf, severity } from '../outcome.ts'
import { spentMs } from '../resume.ts'
import { maxOf } from '../statistics/descriptive.ts'
import { isLeftOut } from '../validity/mark-trial.ts'
import { judgeAssertions } from './assertions.ts'
import { type Evidence, gatherEvidence } from './evidence.ts'
import { judgeLatencyClasses } from './latency-class.ts'
import { judgeLimits } from './limits.ts'
import { judgeRegressions } from './regressions.ts'
import { judgeReproduction } from './reproduction.ts'
import { titleOf } from './title.ts'
import { trialNotes } from './trial-notes.ts'

/** Whether head gave no figure at all because it broke: that is an error of the machine, never slowness. */
function headIsBroken({ trials }: Run): boolean {
  return !trials.some(({ visit, failure }) => visit.subject === 'head' && failure === null)
}

function outcomeOfRun(run: Run, checks: readonly Check[]): Outcome {
  if (run.ended.how === 'interrupted' || run.ended.how === 'killed') return 'interrupted'
  return headIsBroken(run) || run.ended.how === 'failed' ? 'error-machine' : outcomeOf(checks)
}

type BrokenTrial = Trial & { readonly failure: string }

const brokenOf = ({ trials }: Run): readonly BrokenTrial[] =>
  trials.flatMap((trial) =>
    trial.visit.subject === 'head' && trial.failure !== null ? [{ ...trial, failure: trial.failure }] : [],
  )

const serverFix = 'See the server’s log; `curl` its /api/generate by hand.'

/** A turn that failed where every call went well is a program's or a folder's doing. */
function fixOf({ legs }: Trial): string {
  if (!legs.some(({ turns }) => turns.some(({ failure }) => failure !== null))) return serverFix
  return legs.some(({ calls }) => calls.some(({ record }) => record.failure !== null))
    ? 'Calls of the agent failed as well: see its own words and the server’s log.'
    : 'It is the agent that broke, and not a server: correct its program or its folder.'
}

function problemsOf(run: Run, outcome: Outcome): readonly Problem[] {
  if (outcome === 'error-input')
    return [
      {
        what: 'The policy has no limit, no regression rule and no figure to reproduce that applies to what was measured.',
        fix: 'Add one: a gate must not pass on silence.',
      },
    ]
  if (outcome !== 'error-machine') return []
  if (!headIsBroken(run))
    return [
      {
        what: run.ended.message,
        why: 'The job ended before it could tell how fast head is.',
        fix: 'Remove the cause, and run it again; the servers’ logs and the notes below tell more.',
      },
    ]
  const reasons = new Map(brokenOf(run).map((trial) => [trial.failure, fixOf(trial)]))
  const told = reasons.size > 0 ? [...reasons] : [[run.ended.message, serverFix] as const]
  return told.map(([what, fix]) => ({
    what,
    why: 'Head gave no figure, so nothing can be said about its speed.',
    fix,
  }))
}

function notesOf({ run }: Evidence): readonly string[] {
  const { against, policy, ended, notes } = run
  return [
    ...(policy.policy.description === undefined ? [] : [policy.policy.description]),
    ...notes,
    ...trialNotes(run),
    ...(ended.how === 'completed' ? [] : [ended.message]),
    ...(against === 'none' && policy.policy.regressions.length > 0
      ? ['Regression rules were not judged: the job was told to compare with nothing.']
      : []),
    ...(against === 'pair'
      ? [
          'Base and head were measured in turn in this session; convictions are not confirmed by data of a later time.',
        ]
      : []),
  ]
}

/** Minutes that were spent on measuring, a last trial that was cut off among them, pauses between processes left out. */
function measuredMinutes(run: Run): number {
  const begun = [
    run.startedMs,
    ...run.resumed.map(({ atMs }) => atMs),
    ...run.trials.map((one) => one.endedMs),
  ]
  const cutOffMs = Math.max(0, run.ended.atMs - maxOf(begun))
  return Math.round(((spentMs(run) + cutOffMs) / 60_000) * 100) / 100
}

function countTrials({ plan, trials }: Run): Verdict['trials'] {
  const planned = new Set(plan.visits.map(({ id }) => id))
  const finished = trials.filter(({ failure }) => failure === null)
  const leftOut = finished.filter(({ spoiled }) => isLeftOut(spoiled)).length
  const again = trials.filter(({ visit }) => !planned.has(visit.id)).length
  return {
    planned: planned.size,
    measured: trials.length - again,
    again,
    failed: trials.length - finished.length,
    leftOut,
    marked: finished.filter(({ spoiled }) => spoiled.length > 0).length - leftOut,
  }
}

/** Checks of all kinds, worst first; within a status in the order of the policy and the plan. */
function judgeAll(evidence: Evidence, published: readonly Comparison[]): readonly Check[] {
  const rules = [
    ...judgeLimits(evidence),
    ...judgeLatencyClasses(evidence),
    ...judgeRegressions(evidence),
    ...judgeReproduction(evidence, published),
  ]
  // Assertions alone say that something ran, not that it is good: without a rule there is nothing to pass.
  const checks = rules.length > 0 ? [...rules, ...judgeAssertions(evidence)] : []
  return checks.toSorted((a, b) => severity.indexOf(a.status) - severity.indexOf(b.status))
}

/** The verdict on a run, compared with a baseline where the run says so. */
export function judgeRun(run: Run, baseline: Baseline | null): Verdict {
  const evidence = gatherEvidence(run, baseline)
  const analysis = analyzeRun(evidence)
  const checks = judgeAll(evidence, analysis.published)
  const outcome = outcomeOfRun(run, checks)
  return {
    schemaVersion: verdictSchemaVersion,
    outcome,
    title: titleOf(outcome, checks, run),
    policy: { name: run.policy.policy.name, file: run.policy.file, sha256: run.policy.sha256 },
    environment: run.environment,
    checks: [...checks],
    counts: countChecks(checks),
    figures: [...evidence.summaries],
    analysis,
    problems: [...problemsOf(run, outcome)],
    notes: [...notesOf(evidence)],
    trials: countTrials(run),
    preflight: run.preflight,
    measuredMinutes: measuredMinutes(run),
    blocksOnInconclusive: run.policy.policy.protocol['on-inconclusive'] === 'fail',
  }
}

/** The verdict of a job that ended before it had a run: wrong input, broken machine, or a signal. */
export function verdictOfProblems(
  kind: 'input' | 'machine' | 'interrupted',
  problems: readonly Problem[],
): Verdict {
  return {
    schemaVersion: verdictSchemaVersion,
    outcome: kind === 'interrupted' ? 'interrupted' : `error-${kind}`,
    title: problems[0]?.what ?? 'the job ended without a reason',
    policy: null,
    environment: null,
    checks: [],
    counts: countChecks([]),
    figures: [],
    analysis: null,
    problems: [...problems],
    notes: [],
    trials: { planned: 0, measured: 0, again: 0, failed: 0, leftOut: 0, marked: 0 },
    preflight: [],
    measuredMinutes: 0,
    blocksOnInconclusive: false,
  }
}
