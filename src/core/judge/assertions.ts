/** Hard assertions: what must hold before a figure means anything. They convict without statistics. */

import type { ServerFacts } from '../../model/environment.ts'
import { formatPlain } from '../../model/number-format.ts'
import type { Cell, SubjectName, Variant } from '../../model/plan.ts'
import type { Residency, Trial } from '../../model/run.ts'
import type { Check } from '../../model/verdict.ts'
import { expectedContexts, fitsContext } from '../expected-context.ts'
import { isWorthRepeating } from '../validity/mark-trial.ts'
import { type Evidence, emptyCheck, positionOf, wholeRun } from './evidence.ts'
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
function judgePlacement(rows: readonly Residency[] | null, fallbacks: readonly string[]): Finding {
  if (rows === null) return unlisted
  const share = Math.min(
    ...rows.map(({ sizeBytes, sizeVramBytes }) => (sizeBytes > 0 ? sizeVramBytes / sizeBytes : 0)),
  )
  const [fallback] = fallbacks
  if (share >= 1 && fallback !== undefined)
    return {
      status: 'invalid',
      message: `/api/ps has the whole model on the GPU, but the server’s log says: ${fallback}`,
      fix: 'Ollama claims this where it cannot read its runner’s sizes: see the log, and upgrade Ollama.',
    }
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

/** `expectedOn` gives the contexts that one of the servers was asked for. */
interface ContextQuestion {
  readonly rows: readonly Residency[] | null
  readonly expectedOn: (server: number) => readonly number[]
  readonly servers: readonly ServerFacts[]
  /** A program may ask for what it likes, whatever it is told. */
  readonly hasProgram: boolean
}

/** The servers really used a context that an agent asked for; one that an agent leaves to itself may use any. */
function judgeContext({ rows: all, expectedOn, servers, hasProgram }: ContextQuestion): Finding {
  if (all === null) return unlisted
  const rows = all.filter(({ server }) => expectedOn(server).length > 0)
  if (rows.some(({ contextLength }) => contextLength === null))
    return {
      status: 'inconclusive',
      message: 'The server does not tell the context length that it uses.',
      fix: 'Ollama tells it in /api/ps since 0.10.0.',
    }
  const lengths = (list: readonly Residency[]) =>
    [...new Set(list.map((row) => row.contextLength))].join(' and ')
  const odd = rows.filter((row) => !fitsContext(row, expectedOn(row.server), servers))
  if (odd.length === 0) return { status: 'pass', message: `Context length ${lengths(rows)}.`, fix: null }
  return {
    status: 'fail',
    message: `The server runs with a context of ${lengths(odd)}, asked for was ${[...new Set(odd.flatMap(({ server }) => expectedOn(server)))].join(' or ')}.`,
    fix: hasProgram
      ? 'If the program asks for another context than its options say, or for none, give it `options: server-defaults`; else see the server’s log.'
      : 'Ollama lowers the context when memory runs out, and a changed default raises it: see the server’s log.',
  }
}

/** What is asserted of one subject in one cell. */
interface Side {
  readonly evidence: Evidence
  readonly cell: Cell
  readonly subject: SubjectName
}

/** A finding with its name in the check's id, and what was expected. */
type Named = readonly [name: string, expected: string, finding: Finding]

const trialsOf = ({ evidence, cell }: Side, subject: SubjectName): readonly Trial[] =>
  evidence.trialsOf(cell.id, subject)

/** Whether enough trials count. */
function countFinding(side: Side): Named {
  const { evidence, cell, subject } = side
  const { plan, ended, policy } = evidence.run
  const finding = judgeMeasured({
    trials: trialsOf(side, subject),
    partners: trialsOf(side, subject === 'head' ? 'base' : 'head'),
    planned: plan.visits.filter((visit) => visit.cellId === cell.id && visit.subject === subject).length,
    ended,
    mostSpoiledPercent: policy.policy.protocol.validity['most-spoiled-percent'],
  })
  return ['measured', 'every planned trial counts', finding]
}

/** What disturbed a trial may have moved the model too: only the others convict. All of them where there are no others. */
function undisturbed(trials: readonly Trial[]): readonly Trial[] {
  const finished = trials.filter(({ failure }) => failure === null)
  const calm = finished.filter(({ spoiled }) => !isWorthRepeating(spoiled))
  return calm.length > 0 ? calm : finished
}

/** A base that is not what it should be says nothing against head. */
const ofSubject = (finding: Finding, subject: SubjectName): Finding =>
  subject === 'base' && finding.status === 'fail' ? { ...finding, status: 'inconclusive' } : finding

/** Where the model sat, and with which context; nothing where no trial came to its end. */
function memoryFindings(side: Side): readonly Named[] {
  const { evidence, cell, subject } = side
  const { environment, policy } = evidence.run
  const variant = cell[subject]
  const finished = undisturbed(trialsOf(side, subject))
  if (!variant || finished.length === 0) return []
  const rows = residencyOf(finished, variant)
  const servers = environment.servers[subject]
  const models = servers.flatMap((server) => server.models)
  const expectedOn = (server: number) => expectedContexts(variant, server, models)
  const isAsked = variant.agents.some(({ server }) => expectedOn(server).length > 0)
  const hasProgram = variant.agents.some(({ task }) => task.kind === 'program')
  const fallbacks = finished.flatMap(({ watched }) => watched.fallbacks)
  return [
    ...(policy.policy.protocol.placement === 'full-gpu'
      ? [['placement', 'all of the model on the GPU', judgePlacement(rows, fallbacks)] as const]
      : []),
    ...(isAsked
      ? [
          [
            'context',
            'the context length that was asked for',
            judgeContext({ rows, expectedOn, servers, hasProgram }),
          ] as const,
        ]
      : []),
  ]
}

const assertionsOf = (side: Side): readonly Check[] =>
  [countFinding(side), ...memoryFindings(side)].map(([name, expected, finding]) => ({
    ...emptyCheck,
    ...ofSubject(finding, side.subject),
    message: side.subject === 'base' ? `base: ${finding.message}` : finding.message,
    id: `assertion/${name}/${side.subject}/${side.cell.id}`,
    kind: 'assertion',
    cellId: side.cell.id,
    expected,
    trials: trialsOf(side, side.subject).length,
    at: positionOf(side.evidence.run, 'protocol'),
  }))

/** Told once for all cells: what is left out of each is too little to see a difference in. */
function balanceOf({ run }: Evidence): readonly Check[] {
  const of = (subject: SubjectName) => run.trials.filter(({ visit }) => visit.subject === subject)
  const paired = run.plan.cells.some(({ base }) => base !== null)
  const finding = paired ? judgeBalance(of('head'), of('base')) : null
  return finding
    ? [
        {
          ...emptyCheck,
          ...finding,
          id: 'assertion/balance',
          kind: 'assertion',
          cellId: wholeRun,
          expected: 'what was left out is spread over base and head',
          trials: run.trials.length,
          at: positionOf(run, 'protocol'),
        },
      ]
    : []
}

/** The assertions of every cell and subject, and that of the run as a whole. */
export const judgeAssertions = (evidence: Evidence): readonly Check[] => [
  ...evidence.run.plan.cells.flatMap((cell) =>
    subjectsOf(cell).flatMap((subject) => assertionsOf({ evidence, cell, subject })),
  ),
  ...balanceOf(evidence),
]
