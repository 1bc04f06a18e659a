/** The GPUs of this machine, through the first of the makers' tools that finds any. Knows no tool's format. */
import { type GpuFacts, leastIntervalMs } from '../../model/gpu.ts'
import type { GpuProbe, GpuWatch } from '../../ports/gpu-probe.ts'
import { amdSmi } from './amd-smi.ts'
import { type Answer, type DeviceTool, type Following, noFacts, type ToolPlace } from './device-tool.ts'
import { findTool, type Search, toolEnvironment } from './find-tool.ts'
import { blindWatch, RunningGpuWatch } from './gpu-watch.ts'
import { nvidiaSmi } from './nvidia-smi.ts'
import { rocmSmi } from './rocm-smi.ts'

/** What a probe may be told otherwise. The environment gives the PATH; the tools see what they need of it. */
export interface GpuProbeOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly platform?: NodeJS.Platform
  /** How long a tool may take to answer, or twice as long as its first answer took, whichever is longer. */
  readonly callLimitMs?: number
  /** How long the first answer may take: without persistence mode the driver wakes each card, seconds a card. */
  readonly firstCallLimitMs?: number
  /** Instead of each tool's own `leastIntervalMs`. */
  readonly leastIntervalMs?: number
  /** How long a watched tool may say nothing, or five intervals, whichever is longer. */
  readonly silenceMs?: number
  /** The waits before a watched tool that ended is started again, each once. */
  readonly restartDelaysMs?: readonly number[]
  /** How long a tool must have told readings to have all of these waits again. */
  readonly healthyMs?: number
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

type Limits = Required<Pick<GpuProbeOptions, 'callLimitMs' | 'firstCallLimitMs'>>

/** A tool that is broken is chosen all the same: another one would hide that the machine's GPU is in trouble. */
async function choose(
  { env, platform, callLimitMs, firstCallLimitMs }: Limits & Search,
  signal?: AbortSignal,
): Promise<Choice> {
  let choice: Choice = { tool: null, facts: noFacts('none', 'absent', noToolText(platform)) }
  for (const [name, open] of makers) {
    const file = await findTool(name, { env, platform })
    if (file === null) continue
    const place = { file, env: toolEnvironment(env) }
    const startedMs = performance.now()
    const facts = await open({ ...place, limitMs: firstCallLimitMs }).facts(signal)
    // Whatever wakes the cards at every call takes as long at every call.
    const tookMs = facts.state === 'present' ? performance.now() - startedMs : 0
    const limitMs = Math.max(callLimitMs, Math.ceil((2 * tookMs) / 1000) * 1000)
    const tool = open({ ...place, limitMs })
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

/** A watch's interval by the tool's name. */
type IntervalOf = (tool: GpuFacts['tool']) => number

async function follow(
  chooser: Chooser,
  intervalOf: IntervalOf,
  following: Omit<Following, 'intervalMs'>,
): Promise<string> {
  const choice = await chooser.chosen(following.signal)
  const { tool, facts } = choice
  if (tool === null || facts.state === 'absent') return detailOf(choice)
  return tool.follow({ ...following, intervalMs: intervalOf(tool.name) })
}

const toldIn = <T>(answer: Answer<T>): T | null => ('value' in answer ? answer.value : null)

/** The tool is chosen at the first question; no process is started before. Promises reject only with the signal's reason. */
export function openGpuProbe(options: GpuProbeOptions = {}): GpuProbe {
  const { env = process.env, platform = process.platform, callLimitMs = 10_000 } = options
  const limits = { callLimitMs, firstCallLimitMs: options.firstCallLimitMs ?? options.callLimitMs ?? 60_000 }
  const patience = {
    silenceMs: options.silenceMs ?? 10_000,
    restartDelaysMs: options.restartDelaysMs ?? [1000, 5000, 20_000],
    healthyMs: options.healthyMs ?? 60_000,
  }
  const chooser = keepChoice((signal) => choose({ env, platform, ...limits }, signal))

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
    const name = () => chooser.known()?.tool?.name
    const intervalOf: IntervalOf = (tool) =>
      Math.max(intervalMs, options.leastIntervalMs ?? leastIntervalMs[tool])
    return new RunningGpuWatch({
      tool: () => name() ?? 'The GPU tool',
      intervalMs: () => intervalOf(name() ?? 'none'),
      patience,
      follow: (how) => follow(chooser, intervalOf, how),
    })
  }

  return {
    facts,
    readings: (signal) => ask((tool) => tool.readings(signal), signal),
    processes: (signal) => ask((tool) => tool.processes(signal), signal),
    watch,
  }
}
