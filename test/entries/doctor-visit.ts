/** The verb `doctor` on a furnished machine, and its lines by their names. Knows no test. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { z } from 'zod'
import { type PreflightLine, preflightLineSchema } from '../../src/model/preflight.ts'
import type { FakeScenario } from '../adapters/gpu/fake-nvidia-smi.ts'
import { runCli } from './cli.ts'
import { aGpu, type Machine, machineEnv, noGpu, watchfulPolicy } from './gate-job.ts'
import { gpuWith } from './gpu-scenes.ts'
import { shareMachine } from './machine-state.ts'
import { anOllamaWith, type DoorAnswers } from './ollama-door.ts'
import { eventually, stillRunning } from './process-table.ts'
import { watchServers } from './started-servers.ts'
import { aWorkspace, dual, policyFile } from './workspace.ts'

/** A GPU that nobody uses. */
export const idle = gpuWith({ 'utilization.gpu': '0' })
/** Two agents on two servers, with all of the model on the GPU. */
export const onGpuPolicy = watchfulPolicy({ protocol: 'runs: 2', matrix: [dual] }).replace(
  'ttft-probes: 0',
  'ttft-probes: 1',
)
/** The same with the model wherever it goes. */
export const anywherePolicy = onGpuPolicy.replace('placement: full-gpu', 'placement: any')

/** What the doctor said. */
export interface Told {
  readonly code: number | null
  /** How many servers it started; none of them is left. */
  readonly started: number
  readonly lines: readonly PreflightLine[]
  /** The line of that name; throws when there is not exactly one. */
  line(what: string): PreflightLine
  /** Names of the lines with that verdict. */
  all(verdict: PreflightLine['verdict']): readonly string[]
}

/** Where it looks: a policy, a GPU (null for none), and the options for servers or a binary of them. */
export interface Patient {
  readonly policy?: string
  readonly gpu?: FakeScenario | null
  readonly line: readonly string[]
}

/** Runs it to its end, after which nothing of its GPU tool and its servers runs. */
export async function doctor({ policy = onGpuPolicy, gpu = idle, line }: Patient): Promise<Told> {
  const workspace = aWorkspace({ [policyFile]: policy })
  shareMachine(workspace.path)
  const watch = watchServers(workspace)
  const machine: Machine = { gpu: gpu === null ? noGpu() : aGpu(gpu) }
  const { code, stdout } = await runCli(['doctor', '--policy', policyFile, ...line, '--json'], {
    cwd: workspace.path,
    env: machineEnv(machine),
  })
  await eventually(
    'the GPU tool has ended',
    () => stillRunning(machine.gpu.calls().map(({ pid }) => pid)).length === 0,
  )
  expect(watch.processes()).toEqual([])
  expect(existsSync(join(workspace.path, '.ollama-perf-gate', 'journal.jsonl'))).toBe(false)
  const lines = z.array(preflightLineSchema).parse(JSON.parse(stdout))
  return {
    code,
    started: watch.lives().length,
    lines,
    line: (what) => {
      const [first, ...others] = lines.filter((line) => line.what === what)
      if (!first || others.length > 0) throw new Error(`no single line "${what}" in ${stdout}`)
      return first
    },
    all: (verdict) => lines.filter((line) => line.verdict === verdict).map(({ what }) => what),
  }
}

/** The option for two servers that answer so. */
export const two = async (first: DoorAnswers = {}, second: DoorAnswers = {}): Promise<readonly string[]> => [
  '--servers',
  `${await anOllamaWith(first)},${await anOllamaWith(second)}`,
]
