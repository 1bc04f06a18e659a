/** AMD's tool: which of its answers is asked for what. Knows nothing of other makers, and not the answers' keys. */
import type { GpuFacts, GpuProcess, GpuReading } from '../../model/gpu.ts'
import {
  deviceFrom,
  driverIn,
  entriesIn,
  type Identities,
  identitiesIn,
  processesFrom,
  readingFrom,
} from './amd-answers.ts'
import { jsonIn } from './amd-values.ts'
import { type Answer, type DeviceTool, noFacts, type ToolPlace } from './device-tool.ts'
import { pollReadings } from './poll-readings.ts'
import { runTool } from './run-tool.ts'
import { inOneLine, outcomeText, unreadableText } from './tool-words.ts'

const tool = 'amd-smi'

type Entries = NonNullable<ReturnType<typeof entriesIn>>
type Part = 'list' | 'static' | 'metric' | 'process'

/** No options but the format: which parts an answer can be narrowed to differs by version. */
async function ask(place: ToolPlace, part: Part, signal?: AbortSignal): Promise<Answer<Entries>> {
  const outcome = await runTool({ ...place, args: [part, '--json'], signal })
  if (outcome.kind !== 'ended' || outcome.exitCode !== 0) return { problem: outcomeText(tool, outcome) }
  const value = entriesIn(jsonIn(outcome.stdout))
  return value === null ? { problem: outcomeText(tool, outcome) } : { value }
}

const findsNone = (problem: string): boolean =>
  /unable to detect any gpu|no gpus? (were )?found/i.test(problem)

/** amd-smi at its place. Who is who is asked once. */
export function amdSmi(place: ToolPlace): DeviceTool {
  let known: Identities | null = null

  async function identities(signal?: AbortSignal): Promise<Answer<Identities>> {
    if (known !== null) return { value: known }
    const list = await ask(place, 'list', signal)
    if ('problem' in list) return list
    if (list.value.length === 0) return { problem: `${tool} found no device.` }
    known = identitiesIn(list.value)
    return { value: known }
  }

  async function facts(signal?: AbortSignal): Promise<GpuFacts> {
    known = null
    const who = await identities(signal)
    if ('problem' in who) {
      const none = findsNone(who.problem) || who.problem === `${tool} found no device.`
      return noFacts(tool, none ? 'absent' : 'broken', who.problem)
    }
    const what = await ask(place, 'static', signal)
    if ('problem' in what) return noFacts(tool, 'broken', what.problem)
    return {
      tool,
      state: 'present',
      detail: null,
      driver: driverIn(what.value[0]?.fields),
      devices: what.value.map((entry) => deviceFrom(entry, who.value)),
    }
  }

  async function readings(signal?: AbortSignal): Promise<Answer<readonly GpuReading[]>> {
    const who = await identities(signal)
    if ('problem' in who) return who
    const entries = await ask(place, 'metric', signal)
    if ('problem' in entries) return entries
    return { value: entries.value.map((entry) => readingFrom(entry, who.value)) }
  }

  async function processes(signal?: AbortSignal): Promise<Answer<readonly GpuProcess[]>> {
    const who = await identities(signal)
    if ('problem' in who) return who
    const entries = await ask(place, 'process', signal)
    if ('problem' in entries) return entries
    const lists = entries.value.map((entry) => ({ entry, list: processesFrom(entry, who.value) }))
    const strange = lists.find(({ list }) => list === null)
    if (strange) return { problem: unreadableText(tool, inOneLine(JSON.stringify(strange.entry.fields))) }
    return { value: lists.flatMap(({ list }) => list ?? []) }
  }

  return { name: tool, facts, readings, processes, follow: (following) => pollReadings(readings, following) }
}
