import os from 'node:os'
import { describe, expect, it } from 'vitest'
import { machineName } from '../../../src/adapters/host/machine-name.ts'

describe('machineName', () => {
  it.each([
    ["the runner's name goes first", { RUNNER_NAME: 'rtx4080-a' }, 'rtx4080-a'],
    ["outside a runner it is the host's", {}, os.hostname()],
    ['an empty name is none', { RUNNER_NAME: ' ' }, os.hostname()],
  ])('%s', (_, env, name) => {
    expect(machineName(env)).toBe(name)
  })
})
