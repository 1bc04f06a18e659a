/** The whole look: its order, and that what is not known is never well. */
import { describe, expect, test } from 'vitest'
import { judgePreflight } from '../../../src/core/preflight/judge-preflight.ts'
import { preflightNotes, preflightProblems } from '../../../src/core/preflight/preflight-outcome.ts'
import { aFoundServer, aHost, aMachine, unknownGpu } from '../../model/a-machine.ts'
import { aLoaded, aReading, someFacts } from './some-facts.ts'

test('on a machine where all is well every line says so, in the order of the playbook', () => {
  const lines = judgePreflight(someFacts())
  expect(lines.filter(({ verdict }) => verdict !== 'ok')).toEqual([])
  expect(lines.map(({ what }) => what)).toEqual([
    'Policy',
    'Server http://127.0.0.1:11434',
    'Server http://127.0.0.1:11435',
    'Versions of head',
    'Client version',
    'Ollama version',
    'Model gemma3:latest of head',
    'Reloads',
    'Restarts',
    'GPU',
    'NVIDIA driver',
    'Compute library',
    'GPU idle',
    'GPU temperature',
    'GPU slowdowns',
    'Other GPU processes',
    'Other loaded models',
    'VRAM budget',
    'Disk',
    'Permissions',
    'Clock',
    'CPU governor',
    'Power',
    'Orphans',
    'TTFT after warm-up',
  ])
})

test('with nothing known nothing is well that was not seen', () => {
  const url = 'http://gpu:11434'
  const lines = judgePreflight(
    someFacts({
      environment: aMachine({
        gpu: unknownGpu,
        host: aHost({ governor: null, onBattery: null }),
        servers: { head: [aFoundServer({ url, location: 'other-host' })], base: [] },
      }),
      gpuReadings: null,
      gpuProcesses: null,
      loadedModels: [],
      freeBytes: null,
      orphans: null,
      warmTtftMs: [],
    }),
  )
  expect(lines.filter(({ verdict }) => verdict === 'unknown').map(({ what }) => what)).toEqual([
    'Client version',
    'GPU',
    'Compute library',
    'GPU idle',
    'GPU temperature',
    'GPU slowdowns',
    'Other GPU processes',
    'Other loaded models',
    'VRAM budget',
    'Disk',
    'CPU governor',
    'Power',
    'Orphans',
  ])
  expect(preflightProblems(lines)).toEqual([])
  expect(preflightNotes(lines)).toEqual([])
})

test('without any server only the machine is told of, and nothing of servers is well', () => {
  const lines = judgePreflight(
    someFacts({
      policy: aLoaded({ servers: { restart: 'each-cell', environment: { OLLAMA_NUM_PARALLEL: 2 } } }),
      environment: aMachine({ servers: { head: [], base: [] } }),
      loadedModels: [],
      warmTtftMs: [],
    }),
  )
  expect(lines.map(({ what, verdict }) => `${verdict}: ${what}`)).toEqual([
    'ok: Policy',
    'ok: Reloads',
    'ok: GPU',
    'ok: GPU idle',
    'ok: GPU temperature',
    'ok: GPU slowdowns',
    'ok: Other GPU processes',
    'unknown: VRAM budget',
    'ok: Disk',
    'ok: Permissions',
    'ok: Clock',
    'ok: CPU governor',
    'ok: Power',
    'ok: Orphans',
  ])
})

describe('what the lines come to', () => {
  const lines = judgePreflight(
    someFacts({ freeBytes: 1e6, gpuReadings: [aReading({ temperatureCelsius: 83 })] }),
  )

  test('a problem for each line that stops the job, with what to do', () => {
    expect(preflightProblems(lines)).toEqual([
      {
        what: 'Disk: 1 MB free for .ollama-perf-gate.',
        fix: 'Free some space, or name another folder for the results.',
      },
    ])
  })

  test('a sentence for each line that may spoil figures', () => {
    expect(preflightNotes(lines)).toEqual(['GPU temperature: 83 °C, above 80 °C.'])
  })

  test('a problem without a fix has none, and a sentence gets one full stop', () => {
    const line = { what: 'A', value: 'b.', verdict: 'fail' as const, fix: null }
    expect(preflightProblems([line])).toEqual([{ what: 'A: b.' }])
  })

  test('every line that is not well and can be helped says how', () => {
    const bad = lines.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')
    expect(bad.map(({ fix }) => fix === null)).toEqual([false, false])
  })
})
