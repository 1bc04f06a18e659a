import { type ChildProcess, execFile } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it } from 'vitest'
import { hostFacts } from '../../../src/adapters/host/host-facts.ts'
import { hostFactsSchema } from '../../../src/model/environment.ts'

describe('hostFacts', () => {
  it('tells what every machine has', async () => {
    const facts = hostFactsSchema.parse(await hostFacts())
    expect(facts.cores).toBeGreaterThan(0)
    expect(facts.memoryBytes).toBeGreaterThan(0)
    expect(facts.node).toBe(process.versions.node)
    for (const text of [facts.os, facts.kernel, facts.arch, facts.cpu]) expect(text).not.toBe('')
  })

  it('tells the same twice, since a changed machine demands that baselines be taken anew', async () => {
    expect(await hostFacts()).toEqual(await hostFacts())
  })

  it.skipIf(process.platform !== 'linux')('starts no program on Linux, where one could hang', async () => {
    let started = 0
    const count = () => {
      started += 1
    }
    subscribe('child_process', count)
    await hostFacts()
    const { exitCode } = await new Promise<ChildProcess>((resolve) => {
      const child = execFile(process.execPath, ['-e', ''], () => resolve(child))
    })
    unsubscribe('child_process', count)
    expect([exitCode, started]).toEqual([0, 1])
  })
})
