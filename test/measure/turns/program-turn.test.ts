import { describe, expect, test } from 'vitest'
import { programTurn } from '../../../src/measure/turns/program-turn.ts'
import { seatAt } from '../../../src/measure/turns/take-turn.ts'
import type { Stage } from '../../../src/measure/turns/turn.ts'
import type { CellAgent, TaskOf } from '../../../src/model/plan.ts'
import type { ProgramCall, ProgramRun } from '../../../src/ports/agent-programs.ts'
import { aCall } from '../../model/a-run.ts'
import { aRig, FakeClock, someServers } from '../a-rig.ts'

const task: TaskOf<'program'> = {
  kind: 'program',
  command: ['./agent'],
  'setup-minutes': 15,
  'timeout-minutes': 10,
  metrics: false,
}

const agent: CellAgent = {
  name: 'rust',
  options: { num_ctx: 1024 },
  serverDefaults: false,
  server: 1,
  task,
}

/** A run of 2 s with one call of 10 tokens. */
const aRun: ProgramRun = {
  startedMs: 1000,
  endedMs: 3000,
  facts: { startupMs: 40, peakRssBytes: 1e6, exitCode: 0 },
  calls: [aCall({ writeMs: 1040, durationMs: 1000 }).record],
  metrics: null,
  failure: null,
}

const metrics = (fields: object = {}) =>
  JSON.stringify({
    llm_calls: [
      {
        stage: 'analysis',
        metrics: {
          throughput_tokens_per_sec: 10,
          tokens_generated: 10,
          ttft_ms: 100,
          total_duration_ms: 1000,
        },
      },
    ],
    workflow: { ingest_seconds: 0.5, analysis_seconds: 1, report_seconds: 0, total_seconds: 1.6 },
    ...fields,
  })

async function take(run: Partial<ProgramRun>, own: Partial<TaskOf<'program'>> = {}) {
  const asked: ProgramCall[] = []
  const clock = new FakeClock()
  const rig = aRig(
    clock,
    { head: someServers(clock, [{}, {}]), base: [] },
    {
      programs: {
        setUp: () => Promise.reject(new Error('that is over by now')),
        run: async (call) => {
          asked.push(call)
          return { ...aRun, ...run }
        },
      },
      checkouts: { head: '/head', base: '/base' },
    },
  )
  const mine = { ...task, ...own }
  const stage: Stage = {
    subject: 'head',
    variant: { model: 'tiny:latest', agents: [{ ...agent, task: mine }] },
  }
  const taken = await programTurn(rig, seatAt(stage, 0), mine)
  return { ...taken, asked }
}

describe('the turn of a program', () => {
  test('runs in its subject’s checkout, for its server', async () => {
    const { asked } = await take({})
    expect(asked).toEqual([
      {
        name: 'rust',
        task,
        checkout: '/head',
        server: 'http://127.0.0.1:11435',
        model: 'tiny:latest',
        options: { num_ctx: 1024 },
      },
    ])
  })

  test('is what was seen from outside, where the program is not asked', async () => {
    const { calls, turn } = await take({ metrics: 'not read' })
    expect(calls).toEqual([{ agent: 0, fresh: false, stage: null, record: aRun.calls[0], answer: null }])
    expect(turn).toEqual({
      agent: 0,
      startedMs: 1000,
      endedMs: 3000,
      steps: [],
      ingested: null,
      program: aRun.facts,
      failure: null,
    })
  })

  test('knows its steps from a program that tells them', async () => {
    const { calls, turn } = await take({ metrics: metrics() }, { metrics: true })
    expect(calls.map(({ stage }) => stage)).toEqual(['analysis'])
    expect(turn?.steps.map(({ name, ms }) => [name, ms])).toEqual([
      ['ingest', 500],
      ['analysis', 1000],
      ['report', 0],
    ])
    expect(turn?.failure).toBeNull()
  })

  test.each([
    ['the program failed', { failure: 'The program ended with exit code 1.' }, true, /exit code 1/],
    [
      'it failed before it asked anything',
      { failure: 'No such tool.', calls: [] },
      false,
      /^No such tool\.$/,
    ],
    ['it asked nothing', { calls: [] }, false, /^The program made no LLM call to the address in OLLAMA_HOST/],
    ['it tells nothing', {}, true, /wrote no metrics\.json/],
    ['it tells nonsense', { metrics: '{' }, true, /is no JSON/],
    [
      'it tells what cannot be',
      { metrics: metrics({ aggregate_metrics: { total_tokens_generated: 99 } }) },
      true,
      /contradicts what happened: it tells of 99 tokens in all/,
    ],
  ])('is broken when %s', async (_, run, asksMetrics, expected) => {
    const { turn } = await take(run, { metrics: asksMetrics })
    expect(turn?.failure).toMatch(expected)
    expect(turn?.steps).toEqual([])
  })

  test('leaves a broken call to the call, and believes no account of it', async () => {
    const broken = { kind: 'truncated', message: 'The stream ended early.' } as const
    const calls = [aCall({ record: { failure: broken } }).record]
    const taken = await take({ calls, metrics: metrics() }, { metrics: true })
    expect(taken.turn).toMatchObject({ failure: null, steps: [] })
    expect(taken.calls[0]?.record.failure).toEqual(broken)
  })
})
