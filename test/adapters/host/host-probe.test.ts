import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { openHostProbe } from '../../../src/adapters/host/host-probe.ts'
import { hostFactsSchema } from '../../../src/model/environment.ts'
import { hostSpanSchema } from '../../../src/model/run.ts'

const place = mkdtempSync(join(tmpdir(), 'host-probe-'))
afterAll(() => rmSync(place, { recursive: true }))

const probe = openHostProbe()

/** A process that holds this much memory, once it has said so. */
async function holder(mebibytes: number) {
  const script = `const b = Buffer.alloc(${mebibytes} * 2 ** 20, 1); console.log(b.length); setInterval(() => b, 1000)`
  const child = spawn(process.execPath, ['-e', script])
  await once(child.stdout, 'data')
  return { pid: child.pid ?? 0, end: async () => child.kill('SIGKILL') && once(child, 'exit') }
}

describe('openHostProbe', () => {
  it('tells what the machine is', async () => {
    expect(hostFactsSchema.safeParse(await probe.facts()).error).toBe(undefined)
  })

  it('sees a busy core as its share of all of them, and only since the lap before', async () => {
    const { cores } = await probe.facts()
    await wait(100)
    probe.lap()
    const untilMs = performance.now() + 600
    while (performance.now() < untilMs);
    const span = hostSpanSchema.parse(probe.lap())
    // This process alone was busy throughout; the rest of the machine may have been as well.
    expect(span.cpuUtilizationPercent).toBeGreaterThan(60 / cores)
    expect(span.cpuUtilizationPercent).toBeLessThanOrEqual(100)
  })

  it('tells the same governor in each lap as in the facts', async () => {
    if (process.platform === 'linux') expect(probe.lap().governor).toBe((await probe.facts()).governor)
    else expect(probe.lap().governor).toBe(null)
  })

  it('adds up memory of several processes, each once, and leaves out those that are gone', async () => {
    const [big, small] = [await holder(200), await holder(10)]
    const of = (...pids: number[]) => probe.rssBytes(pids)
    const [both, onlyBig, onlySmall, twice] = await Promise.all([
      of(big.pid, small.pid),
      of(big.pid),
      of(small.pid),
      of(big.pid, big.pid),
    ])
    expect(onlyBig).toBeGreaterThan(200 * 2 ** 20)
    expect(onlySmall).toBeLessThan(200 * 2 ** 20)
    expect(both).toBeCloseTo((onlyBig ?? 0) + (onlySmall ?? 0), -8)
    expect(twice).toBeCloseTo(onlyBig ?? 0, -8)
    await big.end()
    expect(await of(big.pid, small.pid)).toBeCloseTo(onlySmall ?? 0, -8)
    expect(await of(big.pid)).toBe(null)
    await small.end()
  })

  it('knows no memory of no process', async () => {
    expect(await probe.rssBytes([])).toBe(null)
  })

  it.each([
    ['a folder that is there', place],
    ['one that would be made', join(place, 'results', 'deep')],
    ['a place behind a file', join(place, 'file', 'x')],
  ])('tells the free space of %s', async (_, path) => {
    writeFileSync(join(place, 'file'), '')
    const { bavail, bsize } = statfsSync(place)
    const free = (await probe.freeBytes(path)) ?? 0
    // Others write to the same disk meanwhile.
    expect(Math.abs(free - bavail * bsize)).toBeLessThan(2 ** 30)
    expect(free).toBeGreaterThan(0)
  })

  it.each([
    ['a path that cannot be', 'a\u0000b'],
    ['a name that is too long', 'x'.repeat(5000)],
  ])('knows no free space of %s', async (_, path) => {
    expect(await probe.freeBytes(path)).toBe(null)
  })
})
