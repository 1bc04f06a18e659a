/** Hard assertions: what must hold before a figure means anything. They convict without statistics. */

import type { ServerFacts } from '../../model/environment.ts'
import { formatPlain } from '../../model/number-format.ts'
import type { Cell, SubjectName, Variant } from '../../model/plan.ts'
import type { Residency, Trial } from '../../model/run.ts'
import type { Check } from '../../model/verdict.ts'
import { expectedContexts, fitsContext } from '../expected-context.ts'
import { type Evidence, emptyCheck, positionOf } from './evidence.ts'
import { type Finding, judgeBalance, judgeMeasured } from './measured.ts'

const subjectsOf = (cell: Cell): readonly SubjectName[] => (cell.base ? ['base', 'head'] : ['head'])

/** The rows of every trial, or null where a server that the variant uses listed no model in some trial. */
function residencyOf(trials: readonly Trial[], variant: Variant): readonly Residency[] | null {
  const servers = [...new Set(variant.agents.map(({ server }) => server))]
  const isListed = (trial: Trial) =>
    servers.every((server) => trial.residency.some((row) => row.server === server))
  return trials.every(isListed) ? trials.flatMap((trial) => trial.residency) : null
}

const unlisted: Finding = {
  status: 'invalid',
  message: '/api/ps did not list the model on every server in every trial, so where it ran is unknown.',
  fix: 'Check that nothing unloads the model between the load and the calls.',
}

/** The whole model is on the GPU in every trial, on every server. */
function judgePlacement(rows: readonly Residency[] | null): Finding {
  if (rows === null) return unlisted
  const share = Math.min(
    ...rows.map(({ sizeBytes, sizeVramBytes }) => (sizeBytes > 0 ? sizeVramBytes / sizeBytes : 0)),
  )
  if (share >= 1) return { status: 'pass', message: 'The whole model was on the GPU.', fix: null }
  return {
    status: 'fail',
    message:
      share === 0
        ? 'The model ran on the CPU.'
        : `Only ${formatPlain(share * 100)} % of the model was on the GPU.`,
    fix: 'Free VRAM, lower num_ctx, check the driver and the server’s log for library=cpu; or say `placement: any`.',
  }
}

interface ContextQuestion {
  readonly rows: readonly Residency[] | null
  readonly expected: readonly number[]
  readonly servers: readonly ServerFacts[]
}

/** The server really used a context that an agent asked for. */
function judgeContext({ rows, expected, servers }: ContextQuestion): Finding {
  if (rows === null) return unlisted
  if (rows.some(({ contextLength }) => contextLength === null))
    return {
      status: 'inconclusive',
      message: 'The server does not tell the context length that it uses.',
      fix: 'Ollama tells it in /api/ps since 0.10.0.',
    }
  const lengths = (list: readonly Residency[]) =>
    [...new Set(list.map((row) => row.contextLength))].join(' and ')
  const odd = rows.filter((row) => !fitsContext(row, expected, servers))
  if (odd.length === 0) return { status: 'pass', message: `Context length ${lengths(rows)}.`, fix: null }
  return {
    status: 'fail',
    message: `The server runs with a context of ${lengths(odd)}, asked for was ${[...new Set(expected)].join(' or ')}.`,
    fix: 'Ollama lowers the context when memory runs out, and a changed default raises it: see the server’s log.',
  }
}

function assertionsOf(evidence: Evidence, cell: Cell, subject: SubjectName): readonly Check[] {
  const { run } = evidence
  const trials = evidence.trialsOf(cell.id, subject)
  const measured = trials.filter((trial) => trial.failure === null)
  const planned = run.plan.visits.filter(
    (visit) => visit.cellId === cell.id && visit.subject === subject,
  ).length
  const variant = subject === 'base' ? cell.base : cell.head
  const rows = variant && residencyOf(measured, variant)
  const servers = run.environment.servers[subject]
  const contexts = variant
    ? expectedContexts(
        variant,
        servers.flatMap(({ models }) => models),
      )
    : []
  const uneven =
    subject === 'head' && cell.base ? judgeBalance(trials, evidence.trialsOf(cell.id, 'base')) : null
  const balance = uneven ? [uneven] : []
  const findings: readonly (readonly [string, string, Finding])[] = [
    [
      'measured',
      'every planned trial counts',
      judgeMeasured({
        trials,
        planned,
        ended: run.ended.message,
        mostSpoiledPercent: run.policy.policy.protocol.validity['most-spoiled-percent'],
      }),
    ],
    ...balance.map(
      (finding) => ['balance', 'what was left out is spread over base and head', finding] as const,
    ),
    ...(run.policy.policy.protocol.placement === 'full-gpu' && measured.length > 0
      ? [['placement', 'all of the model on the GPU', judgePlacement(rows)] as const]
      : []),
    ...(contexts.length > 0 && measured.length > 0
      ? [
          [
            'context',
            'the context length that was asked for',
            judgeContext({ rows, expected: contexts, servers }),
          ] as const,
        ]
      : []),
  ]
  return findings.map(([name, expected, finding]) => ({
    ...emptyCheck,
    ...finding,
    message: subject === 'base' ? `base: ${finding.message}` : finding.message,
    id: `assertion/${name}/${subject}/${cell.id}`,
    kind: 'assertion',
    cellId: cell.id,
    expected,
    trials: trials.length,
    at: positionOf(run, 'protocol'),
  }))
}

/** The assertions of every cell and subject. */
export const judgeAssertions = (evidence: Evidence): readonly Check[] =>
  evidence.run.plan.cells.flatMap((cell) =>
    subjectsOf(cell).flatMap((subject) => assertionsOf(evidence, cell, subject)),
  )
