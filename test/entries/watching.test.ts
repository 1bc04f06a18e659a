/** The GPU beside the trials: what its tool tells in a real run, what is held against which trial, and what follows. */
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import type { ValidityRule } from '../../src/model/validity-rule.ts'
import type { FakeNvidiaSmi, FakeScenario } from '../adapters/gpu/fake-nvidia-smi.ts'
import { aGpu, reasonsIn, runGate, watchfulPolicy } from './gate-job.ts'
import { aWhileMs, between, gpuWith, guest, lost, slowed, soonMs, well, within } from './gpu-scenes.ts'
import { anOllamaWith, type OnChat } from './ollama-door.ts'
import { aWorkspace, policyFile, type Workspace } from './workspace.ts'

vi.setConfig({ testTimeout: 60_000 })

const watchful = (runs: number, more = ''): Workspace =>
  aWorkspace({ [policyFile]: watchfulPolicy({ protocol: `runs: ${runs}${more}` }) })

const oneLine = (text: string): string => text.replace(/\s+/g, ' ')

describe.concurrent('the watch on the GPU', () => {
  describe.concurrent('a GPU that is disturbed during one trial', () => {
    it.each<[string, ValidityRule, (gpu: FakeNvidiaSmi) => OnChat, RegExp]>([
      [
        'by heat',
        'thermal-slowdown',
        (gpu) => within(gpu, slowed(['sw-thermal'], { 'temperature.gpu': '91' }), 2),
        /^the GPU slowed down because of its temperature \(\d+ of \d+ readings, up to 91 °C\)$/,
      ],
      [
        'by the power brake',
        'power-slowdown',
        (gpu) => within(gpu, slowed(['hw-slowdown', 'hw-power-brake']), 2),
        /^the GPU slowed down because of its power supply \(\d+ of \d+ readings, up to 41 °C\)$/,
      ],
      [
        'by lower clocks',
        'depressed-clocks',
        (gpu) => between(gpu, gpuWith({ 'clocks.current.sm': '1100' }), [2, 3]),
        /^the GPU ran at 1100 MHz, the .*median.* is 1695 MHz$/,
      ],
      [
        'by a guest',
        'foreign-process',
        (gpu) => between(gpu, guest, [2, 3]),
        /^another process computed on the GPU: \/usr\/bin\/python3 \(pid 4242, 2\.1 GB\)$/,
      ],
      [
        'by a loss of the device',
        'unwatched',
        (gpu) => between(gpu, lost, [2, 3]),
        /^the GPU was not watched: nvidia-smi has lost a device/,
      ],
      [
        'by rubbish of its tool',
        'unwatched',
        (gpu) => between(gpu, { failure: { kind: 'rubbish', text: '<html>', afterTicks: 0 } }, [2, 3]),
        /^the GPU was not watched: .*<html>/,
      ],
    ])('%s is measured again, and passes', async (_, rule, happens, words) => {
      // Fewer than five trials have no median clock.
      const runs = rule === 'depressed-clocks' ? 5 : 3
      const gpu = aGpu(well)
      const line = ['--servers', await anOllamaWith({ onChat: happens(gpu) })]
      const { run, verdict, summary, stdout, code } = await runGate(watchful(runs), line, { gpu })
      const [reason, ...others] = reasonsIn(run)
      expect(others).toEqual([])
      expect(reason).toMatchObject({ index: 1, rule, leftOut: true })
      expect(reason?.detail).toMatch(words)
      expect(verdict).toMatchObject({
        outcome: 'pass',
        trials: { planned: runs, measured: runs, again: 1, failed: 0, leftOut: 1 },
      })
      expect(summary).toContain(`${runs} of ${runs} trials count, 1 left out and measured again: `)
      expect(oneLine(stdout)).toContain(`Left out 1 trial for ${rule}: ${reason?.detail}.`)
      expect(oneLine(stdout)).toContain(
        `${runs} of ${runs} trials measured (and 1 again), 0 failed, 1 left out`,
      )
      expect(code).toBe(0)
    })
  })

  describe.concurrent('a GPU that nobody saw for a while', () => {
    it('since its tool died is seen again once the tool was started anew', async () => {
      const gpu = aGpu(well)
      const words = 'Unable to determine the device handle for GPU0000:01:00.0: Unknown Error'
      const onChat = async (chat: number) => {
        if (chat !== 2) return
        gpu.change({ failure: { kind: 'ends', afterTicks: 0, code: 15, text: words } })
        await wait(soonMs)
        // Before the watch tries again, the tool works.
        gpu.change(well)
      }
      const servers = await anOllamaWith({ onChat })
      const { run, verdict, code } = await runGate(watchful(6), ['--servers', servers], { gpu })
      const reasons = reasonsIn(run)
      expect(reasons[0]).toMatchObject({ index: 1, rule: 'unwatched', leftOut: true })
      for (const { detail } of reasons) expect(detail).toContain('Unable to determine the device handle')
      expect(verdict.trials).toMatchObject({ again: reasons.length, leftOut: reasons.length })
      expect([verdict.outcome, code]).toEqual(['pass', 0])
    })

    it('since its tool hung is not taken for cool', async () => {
      const gpu = aGpu(well)
      const hangs: FakeScenario = { failure: { kind: 'silent', afterTicks: 0 } }
      const onChat = async (chat: number) => {
        await between(gpu, hangs, [2, 4])(chat)
        if (chat === 3) await wait(aWhileMs)
      }
      const servers = await anOllamaWith({ onChat })
      const { run, verdict } = await runGate(watchful(6), ['--servers', servers], { gpu })
      // Asked at the end of the trial it answers once: that is not what the policy's interval promises.
      expect(run.trials[2]?.spoiled).toContainEqual({
        rule: 'unwatched',
        detail: expect.stringMatching(
          /^the GPU was not watched all the time: 1 reading of \d+ that were due$/,
        ),
        leftOut: true,
      })
      expect(verdict).toMatchObject({ outcome: 'pass', trials: { leftOut: reasonsIn(run).length } })
    })
  })

  describe.concurrent('a GPU that does not recover', () => {
    it.each<[string, number, FakeScenario, string]>([
      [
        'from its heat, from the first trial on,',
        1,
        slowed(['hw-slowdown', 'hw-thermal']),
        'the GPU slowed down because of its temperature',
      ],
      ['from a loss,', 3, lost, 'nvidia-smi has lost a device'],
      ['from a guest,', 3, guest, 'another process computed on the GPU: /usr/bin/python3'],
    ])('%s never comes out green', async (_, from, scenario, words) => {
      const gpu = aGpu(well)
      const servers = await anOllamaWith({ onChat: between(gpu, scenario, [from]) })
      const workspace = watchful(4, ', on-inconclusive: fail')
      const { run, verdict, summary, stdout, code } = await runGate(workspace, ['--servers', servers], {
        gpu,
      })
      expect(reasonsIn(run).map(({ index }) => index)).toEqual(
        run.trials.map((_, index) => index).slice(from - 1),
      )
      expect(verdict.outcome).toBe('inconclusive')
      expect(verdict.checks.find(({ id }) => id.startsWith('assertion/measured'))?.status).toBe('invalid')
      expect(summary).toContain(words)
      expect(stdout).toContain('INCONCLUSIVE')
      expect(oneLine(stdout)).toContain(words)
      expect(code).toBe(3)
    })
  })

  describe.concurrent('a GPU at its power cap, as many are', () => {
    it('marks its trials and leaves none out', async () => {
      const gpu = aGpu(slowed(['sw-power-cap']))
      const servers = await anOllamaWith({}, { ttftMs: 900 })
      const { run, verdict, stdout } = await runGate(watchful(3), ['--servers', servers], { gpu })
      const reasons = reasonsIn(run)
      expect(reasons.length).toBeGreaterThanOrEqual(2)
      for (const reason of reasons)
        expect(reason).toMatchObject({
          rule: 'power-cap',
          detail: 'the GPU was at its power cap 100 % of the time',
          leftOut: false,
        })
      expect(verdict).toMatchObject({ outcome: 'pass', trials: { again: 0, leftOut: 0 } })
      expect(oneLine(stdout)).toMatch(/Only marked [23] trials for power-cap: the GPU was at its power cap/)
      expect(oneLine(stdout)).toMatch(/0 left out, [23] marked/)
    })
  })

  describe.concurrent('a pair of which one is disturbed', () => {
    it('is left out whole, and measured again whole', async () => {
      const gpu = aGpu(well)
      const head = await anOllamaWith({ onChat: within(gpu, slowed(['sw-thermal']), 2) })
      const line = ['--servers', head, '--base-servers', await anOllamaWith()]
      const { run, verdict, summary } = await runGate(watchful(5), line, { gpu })
      expect(reasonsIn(run)).toMatchObject([{ index: 2, rule: 'thermal-slowdown' }])
      const order = run.trials.map(({ visit }) => `${visit.subject} ${visit.round}`)
      expect(order.slice(2, 4)).toEqual(['head 1', 'base 1'])
      expect(order.slice(10)).toEqual(['head 5', 'base 5'])
      expect(verdict).toMatchObject({ outcome: 'pass', trials: { planned: 10, measured: 10, again: 2 } })
      const why = 'the GPU slowed down because of its temperature'
      expect(summary).toContain(`| 5 of 5 trials count, 1 left out and measured again: ${why}`)
      expect(summary).toContain(
        `base: 5 of 5 trials count, 1 left out and measured again with the other one of its pair: ${why}`,
      )
    })
  })
})
