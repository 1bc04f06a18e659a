/** Puts a program named nvidia-smi into a folder of its own, which goes first on the PATH of whoever is to be deceived. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/**
 * One device: what each field of --query-gpu shows, units or not, or one value a tick of the loop, of which the last
 * stays. The names are the newest ones; a field that is not here is one that the tool does not know.
 */
export type FakeGpu = Readonly<Record<string, string | readonly string[]>>

/** A row of --query-compute-apps. */
export interface FakeGpuProcess {
  readonly pid: number | string
  readonly uuid?: string
  readonly name?: string
  readonly usedMemory?: string
}

/**
 * What goes wrong. Ticks are counted by each process, from 0; what has no `afterTicks` goes wrong at once, in every
 * call. `lost`: the row of the device, the first if not told, has errors in place of values. `ends`: the loop ends with
 * code and text. `silent`: the loop prints nothing more. `unkillable`: a hang that SIGKILL does not end.
 */
export type FakeFailure =
  | { readonly kind: 'exit'; readonly code: number; readonly text: string }
  | { readonly kind: 'hang' | 'unkillable' }
  | { readonly kind: 'rubbish'; readonly text: string; readonly afterTicks?: number }
  | { readonly kind: 'lost'; readonly afterTicks: number; readonly gpu?: number }
  | { readonly kind: 'ends'; readonly afterTicks: number; readonly code: number; readonly text: string }
  | { readonly kind: 'silent'; readonly afterTicks: number }

/** What the tool is to show; `tick` is the one that calls without a loop show, `delayMs` how long it takes to start. */
export interface FakeScenario {
  readonly gpus?: readonly FakeGpu[]
  readonly processes?: readonly FakeGpuProcess[]
  readonly unknownFields?: readonly string[]
  readonly failure?: FakeFailure | null
  readonly delayMs?: number
  readonly tick?: number
}

/** A call that was made; the process may still run. */
export interface FakeCall {
  readonly pid: number
  readonly args: readonly string[]
}

export interface FakeNvidiaSmi {
  readonly folder: string
  /** This process's environment with the folder first on the PATH. */
  readonly env: NodeJS.ProcessEnv
  calls(): readonly FakeCall[]
  /** Takes effect at the next call, and at the next tick of loops that run. What is not given stays. */
  change(scenario: FakeScenario): void
  /** Ends what still runs and removes the folder. */
  remove(): void
}

/** An RTX 3090 under load; written after the recordings beside this file. */
export const aFakeGpu = (overrides: FakeGpu = {}): FakeGpu => ({
  uuid: 'GPU-3090aaaa-0000-4000-8000-000000000000',
  index: '0',
  name: 'NVIDIA GeForce RTX 3090',
  driver_version: '570.86.15',
  'memory.total': '24576',
  'memory.used': '8192',
  'utilization.gpu': '97',
  'temperature.gpu': '64',
  'power.draw': '331.20',
  'power.limit': '350.00',
  'clocks.current.sm': '1695',
  'clocks.current.memory': '9751',
  'clocks_event_reasons.active': '0x0000000000000000',
  'mig.mode.current': '[N/A]',
  compute_cap: '8.6',
  ...overrides,
})

const processRow = ({ pid, uuid, name, usedMemory }: FakeGpuProcess) => ({
  uuid: uuid ?? aFakeGpu().uuid,
  pid: String(pid),
  process_name: name ?? '/usr/local/lib/ollama/llama-server',
  used_gpu_memory: usedMemory ?? '4096',
})

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself, as it should have.
  }
}

/** One RTX 3090 under load that nobody else uses, unless the scenario says otherwise. */
export function makeFakeNvidiaSmi(scenario: FakeScenario = {}): FakeNvidiaSmi {
  const folder = mkdtempSync(join(tmpdir(), 'fake-nvidia-smi-'))
  let now: FakeScenario = { gpus: [aFakeGpu()], processes: [], unknownFields: [], failure: null, ...scenario }
  const write = () => {
    const { processes = [], ...rest } = now
    const text = JSON.stringify({ ...rest, processes: processes.map(processRow) })
    // Whole or not at all: a loop that runs reads it at any moment.
    writeFileSync(join(folder, 'scenario.next'), text)
    renameSync(join(folder, 'scenario.next'), join(folder, 'scenario.json'))
  }
  write()
  const program = join(folder, 'nvidia-smi')
  copyFileSync(join(import.meta.dirname, 'fake-nvidia-smi.cjs'), program)
  chmodSync(program, 0o755)

  function calls(): readonly FakeCall[] {
    const path = join(folder, 'calls.jsonl')
    if (!existsSync(path)) return []
    const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean)
    return lines.map((line): FakeCall => JSON.parse(line))
  }

  return {
    folder,
    env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH ?? ''}` },
    calls,
    change: (next) => {
      now = { ...now, ...next }
      write()
    },
    remove: () => {
      for (const { pid } of calls()) endProcess(pid)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
