/** Figures of answers, of a program's calls, and of the same request asked again. */
import type { AnswerFacts, Call } from '../../../src/model/run.ts'
import { aCall, aLeg } from '../../model/a-run.ts'
import { type MetricRow, withLegs } from './metric-row.ts'

/** A call whose answer was read; answers with the same `text` are the same. */
export const answered = (text: string, agent = 0, facts: Partial<AnswerFacts> = {}): Call => ({
  ...aCall({ agent }),
  answer: {
    characters: 400,
    words: 60,
    repetitionPercent: 12.5,
    structureCompliancePercent: null,
    sha256: text,
    ...facts,
  },
})

const unread = aCall()
const ofProgram = (loadMs: number): Call => {
  const call = aCall({ ttftMs: 480 })
  const { server } = call.record
  return { ...call, fresh: false, record: { ...call.record, server: server && { ...server, loadMs } } }
}

export const answerRows: readonly MetricRow[] = [
  ['a program’s own prompt', 'agentTtftMs', withLegs(aLeg('solo', ofProgram(40))), [480]],
  ['our own calls have their own', 'agentTtftMs', withLegs(aLeg('solo', aCall())), []],
  [
    'the call that loads is cold',
    'agentTtftMs',
    withLegs(aLeg('solo', ofProgram(900), ofProgram(300))),
    [480],
  ],
  ['generated tokens', 'outputTokens', withLegs(aLeg('solo', aCall({ tokens: 37 }))), [37]],
  ['while others run too', 'outputTokens', withLegs(aLeg('concurrent', aCall({ tokens: 37 }))), [37]],
  ['a probe asks for one', 'outputTokens', withLegs(aLeg('probe', aCall({ tokens: 1 }))), []],
  ['no count, no length', 'outputTokens', withLegs(aLeg('solo', aCall({ record: { server: null } }))), []],
  ['of the answer', 'repetitionPercent', withLegs(aLeg('solo', answered('a'))), [12.5]],
  ['while others run too (R10)', 'repetitionPercent', withLegs(aLeg('concurrent', answered('a'))), [12.5]],
  ['an answer that nobody read', 'repetitionPercent', withLegs(aLeg('solo', unread)), []],
  [
    'an answer of three words',
    'repetitionPercent',
    withLegs(aLeg('solo', answered('a', 0, { repetitionPercent: null }))),
    [],
  ],
  [
    'only of answers that were to have headings',
    'structureCompliancePercent',
    withLegs(aLeg('solo', answered('a'), answered('b', 0, { structureCompliancePercent: 80 }))),
    [80],
  ],
  [
    'compared with the first: one of two is the same',
    'exactMatchPercent',
    withLegs(aLeg('repeat', answered('a'), answered('a'), answered('b'))),
    [50],
  ],
  [
    'each agent has its own first answer',
    'exactMatchPercent',
    withLegs(aLeg('repeat', answered('a'), answered('a'), answered('b', 1), answered('b', 1))),
    [100],
  ],
  ['one answer alone matches nothing', 'exactMatchPercent', withLegs(aLeg('repeat', answered('a'))), []],
  [
    'other answers are to differ',
    'exactMatchPercent',
    withLegs(aLeg('solo', answered('a'), answered('a'))),
    [],
  ],
]
