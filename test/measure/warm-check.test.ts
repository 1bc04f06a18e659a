import { describe, expect, test } from 'vitest'
import { MachineError } from '../../src/errors.ts'
import { checkWarmTtft } from '../../src/measure/warm-check.ts'
import type { Cell, Task } from '../../src/model/plan.ts'
import { aVisit } from '../model/a-run.ts'
import { aRig, FakeClock, FakeServer, type FakeServerOptions, someServers } from './a-rig.ts'
import { pairOfAgents, planOf, single } from './a-session.ts'

const check = async (cell: Cell, options: readonly FakeServerOptions[]) => {
  const clock = new FakeClock()
  const servers = someServers(clock, options)
  const facts = await checkWarmTtft(aRig(clock, { head: servers, base: [] }), planOf(cell, [aVisit()]))
  return { facts, servers }
}

describe('the warm-up before a job', () => {
  test('tells how soon the first token comes after it, of each agent on its server', async () => {
    const { facts } = await check(pairOfAgents, [{}, {}])
    expect(facts).toEqual([
      { url: 'http://127.0.0.1:11434', agent: 'a', ttftMs: 10 },
      { url: 'http://127.0.0.1:11435', agent: 'a', ttftMs: 10 },
    ])
  })

  test('warms up before it probes, and leaves the server as it was found', async () => {
    const { servers } = await check(single, [{}])
    expect(servers[0]?.diary).toEqual(['load', 'chat 8', 'chat 8', 'chat 1', 'unload'])
  })

  test('fails when a probe does, and leaves the server as it was found all the same', async () => {
    const clock = new FakeClock()
    const onChat = () => ({ kind: 'truncated' as const, message: 'The stream ended early.' })
    const server = new FakeServer(clock, { onChat })
    const checked = checkWarmTtft(aRig(clock, { head: [server], base: [] }), planOf(single, [aVisit()]))
    await expect(checked).rejects.toThrow(MachineError)
    await expect(checked).rejects.toThrow('A one-token request failed: The stream ended early.')
    expect(await server.loaded()).toEqual([])
  })

  test('has no figure for a program, which asks when it likes, and warms its model up all the same', async () => {
    const task: Task = {
      kind: 'program',
      command: ['./agent'],
      'setup-minutes': 1,
      'timeout-minutes': 1,
      metrics: false,
    }
    const agents = single.head.agents.map((agent) => ({ ...agent, task }))
    const { facts, servers } = await check({ ...single, head: { ...single.head, agents } }, [{}])
    expect(facts).toEqual([])
    expect(servers[0]?.diary).toEqual(['load', 'chat 8', 'chat 8', 'unload'])
  })
})
