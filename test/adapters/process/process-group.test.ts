import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { describe, expect, it } from 'vitest'
import {
  endGroup,
  type Leader,
  maySignal,
  ownGroup,
  patienceOf,
} from '../../../src/adapters/process/process-group.ts'
import { listProcesses } from '../../../src/adapters/process/process-table.ts'
import { eventually, isAlive } from './is-alive.ts'

const stays = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);"
const goes = 'setInterval(() => {}, 1000);'
const breeds = (child: string) =>
  `const it = require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)} + 'console.log(1)'], { stdio: ['ignore', 'pipe', 'ignore'] }); it.stdout.on('data', () => console.log(it.pid));`

/** The pids of a leader that does `own` and of its child that does `inner`. */
async function aGroup(own: string, inner: string): Promise<readonly [number, number]> {
  const child = spawn(process.execPath, ['-e', own + breeds(inner)], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  const [line] = await once(child.stdout, 'data')
  return [child.pid ?? 0, Number(line)]
}

describe.skipIf(process.platform === 'win32')('endGroup', () => {
  it.each([
    ['that obeys', goes, goes],
    ['whose leader ignores it', stays, goes],
    ['whose child ignores it', goes, stays],
    ['where nobody obeys', stays, stays],
  ])('ends a group %s', async (_, own, inner) => {
    const pids = await aGroup(own, inner)
    expect(pids.map(isAlive)).toEqual([true, true])
    expect(await endGroup(pids[0], () => 500)).toEqual([])
    expect(pids.map(isAlive)).toEqual([false, false])
  })

  it('ends a child whose leader was killed', async () => {
    const [leader, child] = await aGroup(goes, stays)
    process.kill(leader, 'SIGKILL')
    await eventually(() => !isAlive(leader))
    expect(isAlive(child)).toBe(true)
    expect(await endGroup(leader, () => 200)).toEqual([])
    expect(isAlive(child)).toBe(false)
  })

  it('has nothing to do for one that is gone', async () => {
    const [leader] = await aGroup(goes, goes)
    await endGroup(leader)
    expect(await endGroup(leader)).toEqual([])
    expect(maySignal(leader)).toBe(false)
  })
})

/** A child of ours by its number, which is a stranger's in truth; `end` is its end. */
function aNumberOf(pid: number): { readonly leader: Leader; end(): void } {
  const emitter = new EventEmitter()
  const state: { exitCode: number | null } = { exitCode: null }
  const leader: Leader = {
    pid,
    signalCode: null,
    get exitCode() {
      return state.exitCode
    },
    once: (event, listener) => emitter.once(event, listener),
  }
  return {
    leader,
    end: () => {
      state.exitCode = 0
      emitter.emit('exit')
    },
  }
}

describe.skipIf(process.platform === 'win32')('ownGroup', () => {
  const quick = () => 200

  it('ends its group, and has nothing to do for it later', async () => {
    const child = spawn(process.execPath, ['-e', goes], { stdio: 'ignore', detached: true })
    const group = ownGroup(child.pid ?? 0, child)
    expect(await group.membersAmong(await listProcesses())).toEqual([child.pid])
    expect(await group.end(quick)).toEqual([])
    expect(isAlive(child.pid ?? 0)).toBe(false)
    expect(await group.end(quick)).toEqual([])
    expect(await group.membersAmong(await listProcesses())).toEqual([])
  })

  it('ends what its leader left behind', async () => {
    const code = stays + breeds(stays)
    const leader = spawn(process.execPath, ['-e', code], {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    })
    const group = ownGroup(leader.pid ?? 0, leader)
    const child = Number((await once(leader.stdout, 'data'))[0])
    leader.kill('SIGKILL')
    await once(leader, 'exit')
    expect(await group.membersAmong(await listProcesses())).toEqual([child])
    expect(await group.end(quick)).toEqual([])
    expect(isAlive(child)).toBe(false)
  })

  it('leaves a group alone that was given the number of a child that is over', async () => {
    const pids = await aGroup(goes, goes)
    const { leader, end } = aNumberOf(pids[0])
    const group = ownGroup(pids[0], leader)
    end()
    expect(await group.end(quick)).toEqual([])
    expect(await group.membersAmong(await listProcesses())).toEqual([])
    // Nor when that group's own leader is dead by now, so that its number alone does not tell.
    process.kill(pids[0], 'SIGKILL')
    await eventually(() => !isAlive(pids[0]))
    expect(await group.end(quick)).toEqual([])
    expect(isAlive(pids[1])).toBe(true)
    await endGroup(pids[0])
  })
})

describe('patience', () => {
  it.each([
    ['is as long as it says', 10_000, false, 10_000],
    ['is short in a hurry', 10_000, true, 2500],
    ['is no longer in a hurry', 500, true, 500],
  ])('%s', (_, ms, isHurried, expected) => {
    expect(patienceOf(ms, () => isHurried)()).toBe(expected)
  })

  it.skipIf(process.platform === 'win32')('may be lost meanwhile', async () => {
    const [leader] = await aGroup(stays, stays)
    let isHurried = false
    const ending = endGroup(
      leader,
      patienceOf(3_600_000, () => isHurried),
    )
    isHurried = true
    expect(await ending).toEqual([])
    expect(isAlive(leader)).toBe(false)
  })
})
