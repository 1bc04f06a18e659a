import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { endGroup, maySignal } from '../../../src/adapters/process/process-group.ts'
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
    expect(await endGroup(pids[0], 500)).toEqual([])
    expect(pids.map(isAlive)).toEqual([false, false])
  })

  it('ends a child whose leader was killed', async () => {
    const [leader, child] = await aGroup(goes, stays)
    process.kill(leader, 'SIGKILL')
    await eventually(() => !isAlive(leader))
    expect(isAlive(child)).toBe(true)
    expect(await endGroup(leader, 200)).toEqual([])
    expect(isAlive(child)).toBe(false)
  })

  it('has nothing to do for one that is gone', async () => {
    const [leader] = await aGroup(goes, goes)
    await endGroup(leader)
    expect(await endGroup(leader)).toEqual([])
    expect(maySignal(leader)).toBe(false)
  })
})
