import { describe, expect, test } from 'vitest'
import { gpusInUse } from '../../src/core/gpu-in-use.ts'
import type { GpuDevice } from '../../src/model/gpu.ts'
import { someServerFacts } from '../model/a-run.ts'

const device = (index: number): GpuDevice => ({
  uuid: `GPU-${index}${index}`,
  index,
  name: 'a GPU',
  memoryTotalBytes: 2 ** 34,
  powerLimitWatts: null,
  mig: false,
})
const devices = [device(0), device(1), device(2)]
const sees = (visible: string) => someServerFacts({ settings: { CUDA_VISIBLE_DEVICES: visible } })

describe('which GPUs the servers can use', () => {
  test.each([
    ['by index', [sees('1')], [1]],
    ['by UUID, also a shortened one', [sees('GPU-2')], [2]],
    ['several of one server', [sees('0,2')], [0, 2]],
    ['those of all servers together', [sees('0'), sees('1')], [0, 1]],
    ['all where a server says nothing', [sees('1'), someServerFacts({ settings: {} })], [0, 1, 2]],
    ['all where a server was found', [sees('1'), someServerFacts({ settings: null })], [0, 1, 2]],
    ['all for a name that is not there', [sees('MIG-7')], [0, 1, 2]],
    ['all without servers', [], [0, 1, 2]],
  ])('%s', (_what, servers, indexes) => {
    expect(gpusInUse(devices, servers).map(({ index }) => index)).toEqual(indexes)
  })
})
