/** The residency alone, over an engine whose loads end when the test says so. */
import { describe, expect, it } from 'vitest'
import type { Engine, Runner } from '../../../src/embedded/engine.ts'
import { parseOptions } from '../../../src/embedded/options.ts'
import { type Need, Residency } from '../../../src/embedded/residency/residency.ts'
import { Slots } from '../../../src/embedded/residency/slots.ts'
import { createScriptedEngine } from '../../../src/embedded/scripted/scripted-engine.ts'
import { aScript } from '../servers.ts'

/** An engine with a gate before each load, and a count of what is in memory. */
const gatedEngine = () => {
  const gates: PromiseWithResolvers<void>[] = []
  let inMemory = 0
  const base = createScriptedEngine(aScript(), { parallel: 1, seed: 1 })
  const runner: Runner = {
    sizeBytes: 1,
    sizeVramBytes: 1,
    contextLength: 1,
    generate: () => {
      throw new Error('nothing is generated here')
    },
    unload: async () => {
      inMemory -= 1
    },
  }
  const engine: Engine = {
    version: base.version,
    model: base.model,
    parallel: 1,
    stampsChunks: false,
    refuse: () => null,
    load: async () => {
      const gate = Promise.withResolvers<void>()
      gates.push(gate)
      await gate.promise
      inMemory += 1
      return runner
    },
    close: async () => {},
  }
  return { engine, gates, inMemory: () => inMemory }
}

const need = (num_ctx: number): Need => ({
  options: parseOptions({ num_ctx }, { trainContext: 8192, defaultContext: 4096 }).runner,
  keepAliveMs: 60_000,
})

const never = new AbortController().signal
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('a residency', () => {
  it('loads once for all who need the same', async () => {
    const { engine, gates } = gatedEngine()
    const residency = new Residency(engine)
    const leases = [1, 2, 3].map(() => residency.lease(need(512), never))
    await settle()
    expect(gates).toHaveLength(1)
    gates[0]?.resolve()
    const residents = (await Promise.all(leases)).map((lease) => lease.resident)
    expect(new Set(residents).size).toBe(1)
    expect(gates).toHaveLength(1)
  })

  it('never has two models in memory', async () => {
    const { engine, gates, inMemory } = gatedEngine()
    const residency = new Residency(engine)
    const first = residency.lease(need(512), never)
    await settle()
    gates[0]?.resolve()
    const lease = await first
    const second = residency.lease(need(1024), never)
    await settle()
    expect([gates.length, inMemory()]).toEqual([1, 1])
    lease.release()
    await settle()
    expect([gates.length, inMemory()]).toEqual([2, 0])
    gates[1]?.resolve()
    await second
    expect(inMemory()).toBe(1)
  })

  it('makes 512 wait for a load and refuses more with 503', async () => {
    const { engine, gates } = gatedEngine()
    const residency = new Residency(engine)
    const leases = Array.from({ length: 512 }, () => residency.lease(need(512), never))
    await expect(residency.lease(need(512), never)).rejects.toMatchObject({ status: 503 })
    await settle()
    gates[0]?.resolve()
    await Promise.all(leases)
    await expect(residency.lease(need(512), never)).resolves.toBeDefined()
  })

  it('lets the next one load when a load fails', async () => {
    const { engine, gates } = gatedEngine()
    const residency = new Residency(engine)
    const failing = residency.lease(need(512), never)
    const next = residency.lease(need(512), never)
    await settle()
    gates[0]?.reject(new Error('no memory'))
    await expect(failing).rejects.toThrow('no memory')
    await settle()
    gates[1]?.resolve()
    await expect(next).resolves.toBeDefined()
  })
})

describe('slots', () => {
  it('are given in the order of asking', async () => {
    const slots = new Slots(1)
    const order: number[] = []
    const give = await slots.take(never)
    const waiting = [1, 2, 3].map(async (number) => {
      const giveBack = await slots.take(never)
      order.push(number)
      giveBack()
    })
    give()
    await Promise.all(waiting)
    expect(order).toEqual([1, 2, 3])
  })

  it('skip who has left', async () => {
    const slots = new Slots(1)
    const give = await slots.take(never)
    const gone = new AbortController()
    const left = slots.take(gone.signal)
    const next = slots.take(never)
    gone.abort(new Error('left'))
    await expect(left).rejects.toThrow('left')
    give()
    await expect(next).resolves.toBeDefined()
  })
})
