/** The GPUs of this machine, through the first of the makers' tools that finds any. Knows no tool's format. */
import type { GpuFacts } from '../../model/gpu.ts'
import type { GpuProbe, GpuWatch } from '../../ports/gpu-probe.ts'
import { amdSmi } from './amd-smi.ts'
import { type Answer, type DeviceTool, type Following, noFacts, type ToolPlace } from './device-tool.ts'
import { findTool, type Search } from './find-tool.ts'
import { blindWatch, RunningGpuWatch } from './gpu-watch.ts'
import { nvidiaSmi } from './nvidia-smi.ts'
import { rocmSmi } from './rocm-smi.ts'

/** What a probe may be told otherwise. The environment gives the PATH, and is the tools' own. */
export interface GpuProbeOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly platform?: NodeJS.Platform
  /** How long a tool may take to answer; the first call takes seconds where no daemon keeps the driver loaded. */
  readonly callLimitMs?: number
  /** How long a watched tool may say nothing, or five intervals, whichever is longer. */
  readonly silenceMs?: number
  /** The waits before a watched tool that ended is started again, each once. */
  readonly restartDelaysMs?: readonly number[]
}

/** The makers' tools in the order in which they are asked; rocm-smi is amd-smi's forerunner. */
const makers: readonly (readonly [DeviceTool['name'], (place: ToolPlace) => DeviceTool])[] = [
  ['nvidia-smi', nvidiaSmi],
  ['amd-smi', amdSmi],
  ['rocm-smi', rocmSmi],
]

const noToolText = (platform: NodeJS.Platform): string =>
  platform === 'darwin'
    ? "An Apple GPU shares the machine's memory and has no tool such as nvidia-smi, so that nothing can be read of it."
    : 'None of nvidia-smi, amd-smi and rocm-smi is on the PATH, so that no GPU is seen.'

/** The tool that is asked from now on, and what it said first; null where there is no tool. */
interface Choice {
  readonly tool: DeviceTool | null
  readonly facts: GpuFacts
}

/** A tool that is broken is chosen all the same: another one would hide that the machine's GPU is in trouble. */
async function choose(
  options: Required<Pick<GpuProbeOptions, 'callLimitMs'>> & Search,
  signal?: AbortSignal,
): Promise<Choice> {
  const { env, platform, callLimitMs: limitMs } = options
  let choice: Choice = { tool: null, facts: noFacts('none', 'absent', noToolText(platform)) }
  for (const [name, open] of makers) {
    const file = await findTool(name, { env, platform })
    if (file === null) continue
    const tool = open({ file, env, limitMs })
    const facts = await tool.facts(signal)
    if (facts.state !== 'absent') return { tool, facts }
    if (choice.tool === null) choice = { tool, facts }
  }
  return choice
}

/** Chooses at the first question and keeps to it. `known` is null until then. */
interface Chooser {
  known(): Choice | null
  chosen(signal?: AbortSignal): Promise<Choice>
}

function keepChoice(choosing: (signal?: AbortSignal) => Promise<Choice>): Chooser {
  let known: Choice | null = null
  return {
    known: () => known,
    chosen: async (signal) => {
      known ??= await choosing(signal)
      return known
    },
  }
}

const detailOf = ({ facts }: Choice): string => facts.detail ?? `${facts.tool} found no device.`

async function follow(chooser: Chooser, following: Following): Promise<string> {
  const choice = await chooser.chosen(following.signal)
  const { tool, facts } = choice
  return tool === null || facts.state === 'absent' ? detailOf(choice) : tool.follow(following)
}

const toldIn = <T>(answer: Answer<T>): T | null => ('value' in answer ? answer.value : null)

/** The tool is chosen at the first question; no process is started before. Promises reject only with the signal's reason. */
export function openGpuProbe(options: GpuProbeOptions = {}): GpuProbe {
  const { env = process.env, platform = process.platform, callLimitMs = 10_000 } = options
  const patience = {
    silenceMs: options.silenceMs ?? 10_000,
    restartDelaysMs: options.restartDelaysMs ?? [1000, 5000, 20_000],
  }
  const chooser = keepChoice((signal) => choose({ env, platform, callLimitMs }, signal))

  async function facts(signal?: AbortSignal): Promise<GpuFacts> {
    const known = chooser.known()
    if (known === null) return (await chooser.chosen(signal)).facts
    return known.tool === null ? known.facts : known.tool.facts(signal)
  }

  async function ask<T>(question: (tool: DeviceTool) => Promise<Answer<T>>, signal?: AbortSignal) {
    const { tool } = await chooser.chosen(signal)
    return tool === null ? null : toldIn(await question(tool))
  }

  function watch(intervalMs: number): GpuWatch {
    const known = chooser.known()
    if (known?.facts.state === 'absent') return blindWatch(detailOf(known))
    const tool = () => chooser.known()?.tool?.name ?? 'The GPU tool'
    return new RunningGpuWatch({ tool, intervalMs, patience, follow: (how) => follow(chooser, how) })
  }

  return {
    facts,
    readings: (signal) => ask((tool) => tool.readings(signal), signal),
    processes: (signal) => ask((tool) => tool.processes(signal), signal),
    watch,
  }
}
