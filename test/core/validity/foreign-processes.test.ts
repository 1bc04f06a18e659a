import { describe, expect, test } from 'vitest'
import { foreignProcesses } from '../../../src/core/validity/foreign-processes.ts'
import type { GpuProcess } from '../../../src/model/gpu.ts'

const one = (pid: number, name = 'python3', uuid = 'GPU-1'): GpuProcess => ({
  uuid,
  pid,
  name,
  memoryUsedBytes: 2e9,
})
const runner = (pid: number) => one(pid, '/usr/local/bin/ollama')

interface Row {
  readonly processes: readonly GpuProcess[] | null
  readonly pids?: readonly number[]
  readonly loadedModels?: number
  readonly os?: string
}

describe('processes that are not ours', () => {
  test.each<[string, Row, number[] | null]>([
    ['none at all', { processes: [] }, []],
    ['one that we started', { processes: [one(7)], pids: [7] }, []],
    ['one that nobody knows', { processes: [one(7), one(8)], pids: [7] }, [8]],
    ['the runner of a found server that holds a model', { processes: [runner(7)], loadedModels: 1 }, []],
    [
      'runners of two servers, each with its model',
      { processes: [runner(7), runner(8)], loadedModels: 2 },
      [],
    ],
    [
      'more runners than our servers hold models: the surplus is somebody else’s Ollama',
      { processes: [runner(7), runner(8), runner(9)], loadedModels: 2 },
      [9],
    ],
    ['a runner while our servers hold no model', { processes: [runner(7)], loadedModels: 0 }, [7]],
    [
      'our own runner accounts for the only model: a second one is a stranger',
      { processes: [runner(7), runner(8)], pids: [7], loadedModels: 1 },
      [8],
    ],
    [
      'our own runner and a found server’s',
      { processes: [runner(7), runner(8)], pids: [7], loadedModels: 2 },
      [],
    ],
    [
      'one process on two GPUs is one',
      { processes: [one(7, 'python3', 'GPU-1'), one(7, 'python3', 'GPU-2')] },
      [7],
    ],
    [
      'one runner on two GPUs takes the place of one model',
      {
        processes: [one(7, 'ollama', 'GPU-1'), one(7, 'ollama', 'GPU-2'), one(8, 'ollama')],
        loadedModels: 2,
      },
      [],
    ],
    ['who computes is not known', { processes: null }, null],
    [
      'our own runner by the host’s PID and without a name, as a container sees it',
      { processes: [one(1_800_313, '[Not Found]')], pids: [77], loadedModels: 1 },
      null,
    ],
    [
      'one without a name beside one with: the list is not whole',
      { processes: [one(8), one(9, '[Insufficient Permissions]')], pids: [] },
      null,
    ],
    ['a name that AMD’s tools do not find', { processes: [one(8, 'UNKNOWN'), one(9, 'N/A')] }, null],
    ['no name at all', { processes: [one(8, '')] }, null],
    ['Windows lists every window: nothing can be told', { processes: [one(7)], os: 'Windows_NT' }, null],
  ])('%s', (_what, { processes, pids = [], loadedModels = 0, os = 'Linux' }, foreign) => {
    const found = foreignProcesses(processes, { pids, loadedModels, os })
    expect(found?.map(({ pid }) => pid) ?? null).toEqual(foreign)
  })
})

describe('a runner, by its name', () => {
  test.each([
    ['ollama', true],
    ['/usr/local/bin/ollama', true],
    ['/usr/lib/ollama/runners/cuda_v12/ollama_llama_server', true],
    ['/usr/local/lib/ollama/llama-server', true],
    ['/usr/local/bin/ollama runner --model /models/sha256-1', true],
    ['C:\\Users\\ci\\AppData\\Local\\Programs\\Ollama\\ollama.exe', true],
    ['/opt/ollama/bin/python3', false],
    ['not-ollama', false],
    ['ollama-perf-gate', false],
    ['[kworker] python3', false],
  ])('%s: %s', (name, isRunner) => {
    const found = foreignProcesses([one(7, name)], { pids: [], loadedModels: 1, os: 'Linux' })
    expect(found).toHaveLength(isRunner ? 0 : 1)
  })
})
