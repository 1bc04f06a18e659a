/** A head that gave no figure at all: what is advised depends on what broke. */
import { expect, test } from 'vitest'
import type { Call, Turn } from '../../../src/model/run.ts'
import { aCall, aLeg, aTrial } from '../../model/a-run.ts'
import { verdictOf } from './a-judged-run.ts'

const turn = (failure: string | null): Turn => ({
  agent: 0,
  startedMs: 0,
  endedMs: 100,
  steps: [],
  ingested: null,
  program: null,
  failure,
})

const good = aCall()
const failed = aCall({ record: { failure: { kind: 'http-status', message: 'status 500', status: 500 } } })

test.each<[string, Turn[], Call[], string]>([
  ['a call of ours: the server', [], [failed], 'See the server’s log; `curl` its /api/generate by hand.'],
  ['nothing of a turn, as at a load: the server', [], [], 'See the server’s log; `curl`'],
  ['a turn without a call: the agent', [turn('no file')], [], 'It is the agent that broke, and not a server'],
  ['a turn after good calls: the agent', [turn('exit code 1')], [good], 'It is the agent that broke'],
  [
    'a turn whose calls failed: either',
    [turn('exit code 1')],
    [good, failed],
    'Calls of the agent failed as well',
  ],
  [
    'a call of a turn that has nothing to say: the server',
    [turn(null)],
    [failed],
    'See the server’s log; `curl`',
  ],
])('%s', (_, turns, calls, fix) => {
  const legs = turns.length + calls.length > 0 ? [{ ...aLeg('solo', ...calls), turns }] : []
  const { outcome, problems } = verdictOf({ trials: [aTrial({ failure: 'It broke.', legs, residency: [] })] })
  expect(outcome).toBe('error-machine')
  expect(problems).toMatchObject([{ what: 'It broke.' }])
  expect(problems[0]?.fix).toContain(fix)
})
