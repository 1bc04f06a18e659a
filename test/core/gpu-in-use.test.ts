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
  computeCapability: null,
})
const devices = [device(0), device(1), device(2)]
const sees = (visible: string) => someServerFacts({ settings: { CUDA_VISIBLE_DEVICES: visible } })
const onRocm = (settings: Record<string, string>) => someServerFacts({ settings, library: 'ROCm' })

describe('which GPUs the servers can use', () => {
  test.each([
    ['by index', [sees('1')], [1]],
    ['by UUID, also a shortened one', [sees('GPU-2')], [2]],
    ['several of one server', [sees('0,2')], [0, 2]],
    ['those of all servers together', [sees('0'), sees('1')], [0, 1]],
    ['all where a server says nothing', [sees('1'), someServerFacts({ settings: {} })], [0, 1, 2]],
    ['all where a server was found', [sees('1'), someServerFacts({ settings: null })], [0, 1, 2]],
    ['all for a name that is not there', [sees('MIG-7')], [0, 1, 2]],
    ['by HIP’s list on ROCm', [onRocm({ HIP_VISIBLE_DEVICES: '2' })], [2]],
    ['by ROCr’s list on ROCm', [onRocm({ ROCR_VISIBLE_DEVICES: '0,GPU-2' })], [0, 2]],
    [
      'by both on ROCm: the second counts anew what the first leaves',
      [onRocm({ ROCR_VISIBLE_DEVICES: '2,1', HIP_VISIBLE_DEVICES: '0' })],
      [2],
    ],
    ['all for a list of another maker', [sees('1'), onRocm({ CUDA_VISIBLE_DEVICES: '1' })], [0, 1, 2]],
    [
      'not by AMD’s list on CUDA',
      [someServerFacts({ settings: { HIP_VISIBLE_DEVICES: '1' }, library: 'CUDA' })],
      [0, 1, 2],
    ],
    ['all without servers', [], [0, 1, 2]],
  ])('%s', (_what, servers, indexes) => {
    expect(gpusInUse(devices, servers).map(({ index }) => index)).toEqual(indexes)
  })
})
