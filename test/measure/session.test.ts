import { describe, expect, test } from 'vitest'
import type { Rig } from '../../src/measure/bench-rig.ts'
import { runSession } from '../../src/measure/session.ts'
import type { Cell, Plan, Visit } from '../../src/model/plan.ts'
import { aCell, aVisit } from '../model/a-run.ts'
import { aHeader, aRig, FakeClock, FakeJournal, FakeServer, type FakeServerOptions } from './a-rig.ts'

const agent = {
  name: 'a',
  options: { num_ctx: 1024, num_predict: 16, num_gpu: 99 },
  serverDefaults: false,
  server: 0,
  system: null,
  prompt: null,
}
const single: Cell = aCell({ workload: 'single-agent', head: { model: 'tiny:latest', agents: [agent] } })
const pairOfAgents: Cell = aCell({ head: { model: 'tiny:latest', agents: [agent, { ...agent, server: 1 }] } })

const planOf = (cell: Cell, visits: readonly Visit[]): Plan => ({
  seed: 1,
  cells: [cell],
  visits: [...visits],
})

interface Outcome {
  readonly journal: FakeJournal
  readonly servers: readonly FakeServer[]
}

async function measure(
  plan: Plan,
  options: readonly FakeServerOptions[],
  overrides: Partial<Rig> = {},
): Promise<Outcome> {
  const clock = new FakeClock()
  const servers = options.map(
    (one, i) => new FakeServer(clock, { url: `http://127.0.0.1:${11434 + i}`, ...one }),
  )
  const journal = new FakeJournal()
  const rig = aRig(clock, { head: servers, base: servers }, overrides)
  await runSession({ header: aHeader(plan), rig, journal, progress: () => {} })
  return { journal, servers }
}

const trialsOf = ({ journal }: Outcome) =>
  journal.lines.flatMap((line) => (line.kind === 'trial' ? [line.trial] : []))
const endOf = ({ journal }: Outcome) =>
  journal.lines.flatMap((line) => (line.kind === 'ended' ? [line.ended] : []))[0]

describe('a visit', () => {
  test('a cold one unloads, takes one token, then loads, warms up, probes and generates', async () => {
    const { servers } = await measure(planOf(single, [aVisit({ cold: true })]), [{}])
    // The last unload gives the server back as it was found.
    expect(servers[0]?.diary).toEqual([
      'unload',
      'chat 1',
      'load',
      'chat 8',
      'chat 8',
      'chat 1',
      'chat 16',
      'unload',
    ])
  })

  test('a second visit of the same set-up asks for the load again, and warms up no more', async () => {
    const { servers } = await measure(planOf(single, [aVisit(), aVisit({ round: 1 })]), [
      { loaded: ['tiny:latest'] },
    ])
    expect(servers[0]?.diary).toEqual([
      'load',
      'chat 8',
      'chat 8',
      'chat 1',
      'chat 16',
      'load',
      'chat 1',
      'chat 16',
    ])
  })

  test('without a number of layers the old runner goes first: a server would keep it, whatever its layers', async () => {
    const auto = {
      ...single,
      head: { ...single.head, agents: [{ ...agent, options: { num_ctx: 1024, num_predict: 16 } }] },
    }
    const { servers } = await measure(planOf(auto, [aVisit()]), [{ loaded: ['tiny:latest'] }])
    expect(servers[0]?.diary.slice(0, 2)).toEqual(['unload', 'load'])
  })

  test('two agents go alone first, then together, each on its own server', async () => {
    const outcome = await measure(planOf(pairOfAgents, [aVisit()]), [{}, {}])
    const legs = trialsOf(outcome)[0]?.legs.map(({ kind, calls }) => [kind, calls.map((call) => call.agent)])
    expect(legs).toEqual([
      ['probe', [0, 1]],
      ['solo', [0, 1]],
      ['concurrent', [0, 1]],
    ])
    expect(trialsOf(outcome)[0]?.residency.map(({ server }) => server)).toEqual([0, 1])
  })

  test('agents of one concurrent leg start in the same turn, whatever a call takes', async () => {
    const outcome = await measure(planOf(pairOfAgents, [aVisit()]), [{ callMs: 5000 }, { callMs: 5000 }])
    const concurrent = trialsOf(outcome)[0]?.legs.find(({ kind }) => kind === 'concurrent')
    const writes = concurrent?.calls.map(({ record }) => record.writeMs)
    expect(new Set(writes).size).toBe(1)
  })

  test('a failed call ends its trial, with the reason and the agent', async () => {
    const onChat = () => ({ kind: 'truncated' as const, message: 'The stream ended early.' })
    const outcome = await measure(planOf(single, [aVisit()]), [{ onChat }])
    expect(trialsOf(outcome)[0]?.failure).toBe('a: The stream ended early.')
    expect(trialsOf(outcome)[0]?.legs).toHaveLength(1)
  })
})

describe('a session', () => {
  const rounds = (count: number) => Array.from({ length: count }, (_, round) => aVisit({ round }))

  test('header, every trial and the end are in the journal, in this order', async () => {
    const { journal } = await measure(planOf(single, rounds(3)), [{}])
    expect(journal.lines.map(({ kind }) => kind)).toEqual(['header', 'trial', 'trial', 'trial', 'ended'])
  })

  test('the budget ends it cleanly, with what there is', async () => {
    const protocol = { ...aRig(new FakeClock(), { head: [], base: [] }).protocol, 'budget-minutes': 1 }
    const outcome = await measure(planOf(single, rounds(50)), [{ callMs: 5000 }], { protocol })
    expect(endOf(outcome)).toMatchObject({
      how: 'deadline',
      message: expect.stringMatching(/^The budget of 1 minute ended after [1-9]\d? of 50 trials\.$/),
    })
  })

  test('a server that never answers cannot hold the job beyond its budget', async () => {
    const protocol = { ...aRig(new FakeClock(), { head: [], base: [] }).protocol, 'budget-minutes': 0.001 }
    const outcome = await measure(planOf(single, rounds(5)), [{ hangs: true }], { protocol })
    expect(endOf(outcome)).toMatchObject({
      how: 'deadline',
      message: 'The budget of 0 seconds ended after 0 of 5 trials.',
    })
  })

  test('a cell whose head fails three times is given up, and the others are measured', async () => {
    const broken = { ...single, id: 'broken', head: { ...single.head, model: 'broken:latest' } }
    const visits = ['broken', 'cell'].flatMap((cellId) =>
      Array.from({ length: 5 }, (_, round) => aVisit({ cellId, round })),
    )
    const onChat = ({ model }: { readonly model: string }) =>
      model === 'broken:latest' ? { kind: 'truncated' as const, message: 'cut' } : null
    const outcome = await measure({ seed: 1, cells: [broken, single], visits }, [{ onChat }])
    expect(trialsOf(outcome).map(({ visit }) => visit.cellId)).toEqual([
      ...Array(3).fill('broken'),
      ...Array(5).fill('cell'),
    ])
  })

  test('a head that fails three times in a row, and never worked, ends it', async () => {
    const onChat = () => ({ kind: 'first-token-timeout' as const, message: 'No token came.' })
    const outcome = await measure(planOf(single, rounds(9)), [{ onChat }])
    expect(endOf(outcome)).toMatchObject({
      how: 'failed',
      message: expect.stringContaining('No token came.'),
    })
    expect(trialsOf(outcome)).toHaveLength(3)
  })

  test('a head that worked once is measured to the end', async () => {
    const onChat = (_call: unknown, count: number) =>
      count > 4 ? { kind: 'truncated' as const, message: 'cut' } : null
    const outcome = await measure(planOf(single, rounds(6)), [{ onChat }])
    expect(endOf(outcome)?.how).toBe('completed')
    expect(trialsOf(outcome)).toHaveLength(6)
  })

  test('an abort in the middle keeps the finished trials and says why it ended', async () => {
    const controller = new AbortController()
    const onChat = (_call: unknown, count: number) => {
      if (count === 6) controller.abort(new Error('SIGINT'))
      return null
    }
    const outcome = await measure(planOf(single, rounds(5)), [{ onChat }], { signal: controller.signal })
    expect(endOf(outcome)).toMatchObject({ how: 'interrupted', message: 'The job was stopped: SIGINT.' })
    expect(trialsOf(outcome)).toHaveLength(1)
  })

  test('servers keep the models that they had', async () => {
    const { servers } = await measure(planOf(single, rounds(1)), [
      { loaded: ['tiny:latest', 'other:latest'] },
    ])
    expect((await servers[0]?.loaded())?.map(({ name }) => name).toSorted()).toEqual([
      'other:latest',
      'tiny:latest',
    ])
  })
})
