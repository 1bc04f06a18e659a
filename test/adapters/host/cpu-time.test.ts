import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseProcStat, utilizationPercent } from '../../../src/adapters/host/cpu-time.ts'

describe('parseProcStat', () => {
  it.each([
    // proc_stat(5): user nice system idle iowait irq softirq steal guest guest_nice.
    ['guests are in user already', 'cpu  10 1 5 70 4 2 3 5 9 1\ncpu0 1 1 1 1\n', { idle: 74, total: 100 }],
    ['an old kernel with four numbers', 'cpu  10 0 10 80\n', { idle: 80, total: 100 }],
    ['too few numbers', 'cpu  10 0 10\n', null],
    ['a single core only', 'cpu0 10 0 10 80\n', null],
    ['nothing', '', null],
  ])('%s', (_, text, times) => {
    expect(parseProcStat(text)).toEqual(times)
  })

  it.skipIf(process.platform !== 'linux')('reads what this kernel writes', () => {
    const times = parseProcStat(readFileSync('/proc/stat', 'utf8'))
    expect(times?.idle).toBeGreaterThan(0)
    expect(times?.total).toBeGreaterThan(times?.idle ?? Number.POSITIVE_INFINITY)
  })
})

describe('utilizationPercent', () => {
  const before = { idle: 100, total: 200 }
  it.each([
    ['half of the time', before, { idle: 150, total: 300 }, 50],
    ['all of it', before, { idle: 100, total: 300 }, 100],
    ['none of it', before, { idle: 200, total: 300 }, 0],
    ['a core that went offline', before, { idle: 90, total: 201 }, 100],
    ['no time between', before, before, null],
    ['counters that began anew', before, { idle: 1, total: 2 }, null],
    ['nothing known before', null, before, null],
    ['nothing known after', before, null, null],
  ])('%s', (_, first, second, percent) => {
    expect(utilizationPercent(first, second)).toBe(percent)
  })
})
