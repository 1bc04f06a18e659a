/** The alert metrics of appendix H.2 as limits of a real run: kept, warned of, broken, and not known. */
import { describe, expect, it, vi } from 'vitest'
import type { Verdict } from '../../src/model/verdict.ts'
import { makeFakeOllama } from '../adapters/process/fake-ollama.ts'
import { afterTheTests } from './clean-up.ts'
import { aGpu, noGpu, runGate, watchfulPolicy } from './gate-job.ts'
import { gpuWith } from './gpu-scenes.ts'
import { aScriptedServer, unhurried } from './scripted-server.ts'
import { aWorkspace, policyFile, type Workspace } from './workspace.ts'

vi.setConfig({ testTimeout: 60_000 })

/** A bound for warn and one for fail, for each metric. */
type Bounds = Readonly<Record<string, readonly [warn: number, fail: number]>>

const limited = (bounds: Bounds): Workspace => {
  const limits = Object.entries(bounds).map(
    ([metric, [warn, fail]]) => `{ metric: ${metric}, warn: ${warn}, fail: ${fail} }`,
  )
  const text = watchfulPolicy({ protocol: 'runs: 2', limits })
  return aWorkspace({ [policyFile]: text.replace('placement: full-gpu', 'placement: any') })
}

const statuses = ({ checks }: Verdict): Readonly<Record<string, string>> =>
  Object.fromEntries(
    checks.flatMap(({ kind, metric, status }) => (kind === 'limit' ? [[metric, status]] : [])),
  )

const all = (bounds: Bounds, status: string) =>
  Object.fromEntries(Object.keys(bounds).map((metric) => [metric, status]))

/** Beside 62 °C, 8 GiB and a utilization of 40 %. */
const kept = {
  gpuTemperatureCelsius: [80, 85],
  vramUsedGibibytes: [10, 11],
  gpuUtilizationPercent: [30, 20],
  cpuUtilizationPercent: [101, 102],
  serverRssGibibytes: [64, 65],
} as const satisfies Bounds
const warned: Bounds = {
  gpuTemperatureCelsius: [60, 85],
  vramUsedGibibytes: [7.5, 11],
  gpuUtilizationPercent: [50, 20],
  cpuUtilizationPercent: [0.001, 102],
  serverRssGibibytes: [0.001, 65],
}
const broken: Bounds = {
  gpuTemperatureCelsius: [55, 60],
  vramUsedGibibytes: [7, 7.5],
  gpuUtilizationPercent: [60, 50],
  cpuUtilizationPercent: [0.0005, 0.001],
  serverRssGibibytes: [0.0005, 0.001],
}

describe.concurrent('limits on the machine', () => {
  describe.concurrent('limits on the machine of servers that the gate starts', () => {
    it.each([
      ['kept', kept, 'pass', 0],
      ['warned of', warned, 'warn', 0],
      ['broken', broken, 'fail', 1],
    ] as const)('are %s', async (_, bounds, status, exitCode) => {
      const ollama = await makeFakeOllama()
      afterTheTests(() => ollama.remove())
      const gpu = aGpu(gpuWith({ 'temperature.gpu': '62', 'utilization.gpu': '40' }))
      const line = ['--ollama', ollama.binary]
      const { verdict, code, stdout } = await runGate(limited(bounds), line, { gpu })
      expect(statuses(verdict), stdout).toEqual(all(bounds, status))
      expect([verdict.outcome, code]).toEqual([status, exitCode])
      const heads = Object.fromEntries(verdict.checks.map(({ metric, head }) => [metric, head]))
      expect(heads).toMatchObject({
        gpuTemperatureCelsius: 62,
        vramUsedGibibytes: 8,
        gpuUtilizationPercent: 40,
      })
    })
  })

  describe.concurrent('limits on what nobody can tell', () => {
    it('are invalid and say why, and the CPU is judged all the same', async () => {
      const servers = await aScriptedServer(unhurried)
      const { verdict, stdout, code } = await runGate(limited(kept), ['--servers', servers], { gpu: noGpu() })
      expect(statuses(verdict)).toEqual({
        ...all(kept, 'invalid'),
        cpuUtilizationPercent: 'pass',
      })
      const messages = Object.fromEntries(verdict.checks.map(({ metric, message }) => [metric, message]))
      expect(messages.gpuTemperatureCelsius).toBe(
        'GPU temperature was not measured in any valid trial. nvidia-smi found no device: "No devices were found".',
      )
      expect(messages.serverRssGibibytes).toBe(
        'server memory was not measured in any valid trial. It is known only of servers that the gate starts itself (servers: start).',
      )
      expect(stdout).toContain('INCONCLUSIVE')
      expect([verdict.outcome, code]).toEqual(['inconclusive', 0])
    })

    it.each([
      ['does not tell them', { 'temperature.gpu': '[N/A]', 'utilization.gpu': '[Not Supported]' }],
      ['is broken', null],
    ])('are invalid where the GPU’s tool %s', async (_, fields) => {
      const text = 'Failed to initialize NVML: Driver/library version mismatch'
      const gpu = aGpu(fields ? gpuWith(fields) : { failure: { kind: 'exit', code: 18, text } })
      const { gpuTemperatureCelsius, gpuUtilizationPercent } = kept
      const workspace = limited({ gpuTemperatureCelsius, gpuUtilizationPercent })
      const { verdict } = await runGate(workspace, ['--servers', await aScriptedServer(unhurried)], { gpu })
      expect(statuses(verdict)).toEqual({
        gpuTemperatureCelsius: 'invalid',
        gpuUtilizationPercent: 'invalid',
      })
      expect(verdict.checks[0]?.message).toContain(
        fields ? 'The GPU’s tool does not tell it' : 'Driver/library version mismatch',
      )
      expect(verdict.outcome).toBe('inconclusive')
    })
  })
})
