import os from 'node:os'
import { describe, expect, it } from 'vitest'
import { hostFacts, machineName } from '../../../src/adapters/host/host-facts.ts'
import { hostFactsSchema } from '../../../src/model/environment.ts'

describe('hostFacts', () => {
  it('tells what every machine has', () => {
    const facts = hostFactsSchema.parse(hostFacts())
    expect(facts.cores).toBeGreaterThan(0)
    expect(facts.memoryBytes).toBeGreaterThan(0)
    expect(facts.node).toBe(process.versions.node)
    for (const text of [facts.os, facts.kernel, facts.arch, facts.cpu]) expect(text).not.toBe('')
  })
})

describe('machineName', () => {
  it.each([
    ["the runner's name goes first", { RUNNER_NAME: 'rtx4080-a' }, 'rtx4080-a'],
    ["outside a runner it is the host's", {}, os.hostname()],
    ['an empty name is none', { RUNNER_NAME: ' ' }, os.hostname()],
  ])('%s', (_, env, name) => {
    expect(machineName(env)).toBe(name)
  })
})
