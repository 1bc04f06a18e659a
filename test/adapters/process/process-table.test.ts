import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  descendantsOf,
  hasProc,
  identify,
  isAmong,
  listProcesses,
  type ProcessRow,
  processesByProc,
  processesByPs,
  processSpace,
  treeOf,
} from '../../../src/adapters/process/process-table.ts'
import { eventually } from './is-alive.ts'

const isUnix = process.platform !== 'win32'

/** A process with a child, in a group of its own; both end with the function. */
async function aFamily(): Promise<{ readonly pid: number; end(): Promise<void> }> {
  const code =
    "require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' }); console.log('ready'); setInterval(() => {}, 1000)"
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'ignore'], detached: true })
  await once(child.stdout, 'data')
  const { pid = 0 } = child
  return {
    pid,
    end: async () => {
      process.kill(-pid, 'SIGKILL')
      await once(child, 'exit')
    },
  }
}

describe('listing processes', () => {
  it('finds this one, under its parent', async () => {
    const rows = (await listProcesses()) ?? []
    expect(rows.find(({ pid }) => pid === process.pid)).toMatchObject({ parent: process.ppid })
  })

  it.skipIf(!isUnix)('finds a group, by every way that this system has', async () => {
    const family = await aFamily()
    for (const list of [...(hasProc ? [processesByProc] : []), processesByPs]) {
      const pids = treeOf(await list(), family.pid)
      expect(pids).toHaveLength(2)
      expect(pids).toContain(family.pid)
    }
    await family.end()
  })

  it.skipIf(!isUnix)('does not list what is over and not yet buried', async () => {
    // A parent that never waits: its child stays in the table when it ends.
    const shell = spawn('/bin/sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [pid] = (await once(shell.stdout, 'data')).map(Number)
    await eventually(() => identify(pid ?? 0) === null)
    for (const list of [...(hasProc ? [processesByProc] : []), processesByPs])
      expect((await list()).some((row) => row.pid === pid)).toBe(false)
    shell.kill('SIGKILL')
  })

  it.skipIf(!isUnix)('does not wait for ever for a program that hangs', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ps-'))
    writeFileSync(join(folder, 'ps'), '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 })
    const before = process.env.PATH
    process.env.PATH = `${folder}:${before}`
    try {
      await expect(processesByPs()).rejects.toThrow('ps')
    } finally {
      process.env.PATH = before
      rmSync(folder, { recursive: true })
    }
  })

  it('tells a process from a later one under its number', async () => {
    const [rows, self] = [(await listProcesses()) ?? [], identify(process.pid)]
    if (self === null) throw new Error('this process does not run')
    expect(isAmong(rows, self)).toBe(true)
    expect(isAmong(rows, { ...self, since: '1' })).toBe(false)
  })

  it('knows nothing of what does not run', () => {
    expect(identify(2 ** 22 + 1)).toBe(null)
  })

  it('says where pids mean the same, the same each time', () => {
    expect(processSpace()).toEqual(processSpace())
  })
})

describe('treeOf', () => {
  const row = (pid: number, parent: number, group: number): ProcessRow => ({ pid, parent, group, since: '' })
  it.skipIf(!isUnix)('follows the group, also when the leader is gone', () => {
    const rows = [row(1, 0, 1), row(11, 1, 10), row(12, 11, 10), row(13, 11, 13)]
    expect(treeOf(rows, 10)).toEqual([11, 12])
  })
})

describe('descendantsOf', () => {
  const row = (pid: number, parent: number, since: string): ProcessRow => ({
    pid,
    parent,
    group: null,
    since,
  })
  const old = '638900000000000000'
  const later = '638900000000000001'
  const latest = '1638900000000000000'
  it.each<[string, ProcessRow[], number[]]>([
    ['takes children and theirs', [row(12, 11, latest), row(11, 10, later), row(10, 1, old)], [12, 11, 10]],
    ['takes one that started in the same tick', [row(10, 1, old), row(11, 10, old)], [10, 11]],
    [
      'takes no child of an earlier process of that number',
      [row(10, 1, later), row(11, 10, old), row(12, 11, latest)],
      [10],
    ],
    ['takes the children of one that is gone', [row(11, 10, old), row(20, 1, old)], [11]],
    ['takes nothing where nothing is left', [row(20, 1, old)], []],
  ])('%s', (_, rows, expected) => {
    expect(descendantsOf(rows, 10)).toEqual(expected)
  })
})
