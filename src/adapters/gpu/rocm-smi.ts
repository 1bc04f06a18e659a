/** AMD's older tool, whose keys are the captions of its table. Knows nothing of other makers. */
import type { GpuDevice, GpuFacts, GpuProcess, GpuReading } from '../../model/gpu.ts'
import { at, firstOf, isFields, jsonIn, numberAt, textAt } from './amd-values.ts'
import { type Answer, type DeviceTool, noFacts, type ToolPlace } from './device-tool.ts'
import { pollReadings } from './poll-readings.ts'
import { runTool } from './run-tool.ts'
import { outcomeText, unreadableText } from './tool-words.ts'

const tool = 'rocm-smi'

/** One table for identity and readings alike. */
const showAll = [
  ...['--showproductname', '--showuniqueid', '--showbus', '--showdriverversion', '--showtemp', '--showuse'],
  ...['--showpower', '--showmaxpower', '--showclocks', '--showmeminfo', 'vram', '--json'],
]

interface Card {
  readonly index: number
  readonly uuid: string
  readonly fields: unknown
}

interface Cards {
  readonly cards: readonly Card[]
  readonly driver: string | null
}

/** The same caption was written with and without capitals, colons and other words, by version. */
function caption(fields: unknown, pattern: RegExp): string | undefined {
  return isFields(fields) ? Object.keys(fields).find((key) => pattern.test(key)) : undefined
}

function numberUnder(fields: unknown, pattern: RegExp): number | null {
  const key = caption(fields, pattern)
  return key === undefined ? null : numberAt(fields, key)
}

function textUnder(fields: unknown, pattern: RegExp): string | null {
  const key = caption(fields, pattern)
  return key === undefined ? null : textAt(fields, key)
}

/** The driver's unique id; cards that have none are known by where they sit. */
function cardsIn(json: unknown): Cards | null {
  if (!isFields(json)) return null
  const cards = Object.entries(json).flatMap(([key, fields]) => {
    const index = /^card(\d+)$/.exec(key)?.[1]
    if (index === undefined) return []
    const uuid = firstOf(textUnder(fields, /^unique id$/i), textUnder(fields, /^pci bus$/i)) ?? key
    return [{ index: Number(index), uuid, fields }]
  })
  return { cards, driver: textAt(at(json, 'system'), 'Driver version') }
}

/** Some versions print an id where the name should be. */
const named = (text: string | null): string | null => (text === null || /^0x/i.test(text) ? null : text)

const deviceOf = ({ index, uuid, fields }: Card): GpuDevice => ({
  uuid,
  index,
  name:
    firstOf(
      named(textUnder(fields, /^card series$/i)),
      named(textUnder(fields, /^device name$/i)),
      named(textUnder(fields, /^card sku$/i)),
    ) ?? 'AMD GPU',
  memoryTotalBytes: numberUnder(fields, /^vram total memory \(b\)$/i),
  powerLimitWatts: numberUnder(fields, /^max graphics package power/i),
  mig: false,
  computeCapability: null,
})

const readingOf = ({ uuid, fields }: Card): GpuReading => ({
  uuid,
  temperatureCelsius: firstOf(
    numberUnder(fields, /^temperature \(sensor edge\)/i),
    numberUnder(fields, /^temperature \(sensor junction\)/i),
  ),
  utilizationPercent: numberUnder(fields, /^gpu use \(%\)$/i),
  memoryUsedBytes: numberUnder(fields, /^vram total used memory \(b\)$/i),
  smClockMegahertz: numberUnder(fields, /^sclk clock speed/i),
  memoryClockMegahertz: numberUnder(fields, /^mclk clock speed/i),
  powerWatts: numberUnder(fields, /^(average|current socket) graphics package power/i),
  slowdowns: null,
})

/** `name, devices, bytes, …`: the name comes first and may hold commas, the four figures behind it do not. */
function processOf(key: string, value: unknown): GpuProcess | null {
  const pid = /^PID(\d+)$/.exec(key)?.[1]
  const parts = typeof value === 'string' ? value.split(', ') : []
  if (pid === undefined || parts.length < 5) return null
  return {
    uuid: null,
    pid: Number(pid),
    name: parts.slice(0, -4).join(', '),
    memoryUsedBytes: numberAt(parts.at(-3)),
  }
}

/** The tool says so and ends well where no process computes. */
const saysNothing = (words: string): boolean => /no json data to report/i.test(words)

async function askProcesses(
  place: ToolPlace,
  signal: AbortSignal | undefined,
): Promise<Answer<readonly GpuProcess[]>> {
  const outcome = await runTool({ ...place, args: ['--showpids', '--json'], signal })
  if (outcome.kind !== 'ended' || outcome.exitCode !== 0) return { problem: outcomeText(tool, outcome) }
  const list = at(jsonIn(outcome.stdout), 'system')
  if (!isFields(list)) {
    return saysNothing(`${outcome.stdout}\n${outcome.stderr}`)
      ? { value: [] }
      : { problem: outcomeText(tool, outcome) }
  }
  const processes = Object.entries(list).map(([key, value]) => processOf(key, value))
  return processes.includes(null)
    ? { problem: unreadableText(tool, outcome.stdout) }
    : { value: processes.flatMap((process) => process ?? []) }
}

/** rocm-smi at its place. It tells no reasons of a slowdown. */
export function rocmSmi(place: ToolPlace): DeviceTool {
  async function ask(signal?: AbortSignal): Promise<Answer<Cards>> {
    const outcome = await runTool({ ...place, args: showAll, signal })
    if (outcome.kind !== 'ended' || outcome.exitCode !== 0) return { problem: outcomeText(tool, outcome) }
    const words = `${outcome.stdout}\n${outcome.stderr}`
    const value = cardsIn(jsonIn(outcome.stdout))
    if (value === null && !saysNothing(words) && !/no amd gpu/i.test(words)) {
      return { problem: outcomeText(tool, outcome) }
    }
    return { value: value ?? { cards: [], driver: null } }
  }

  async function facts(signal?: AbortSignal): Promise<GpuFacts> {
    const answer = await ask(signal)
    if ('problem' in answer) return noFacts(tool, 'broken', answer.problem)
    const { cards, driver } = answer.value
    if (cards.length === 0) return noFacts(tool, 'absent', `${tool} found no device.`)
    return { tool, state: 'present', detail: null, driver, devices: cards.map(deviceOf) }
  }

  async function readings(signal?: AbortSignal): Promise<Answer<readonly GpuReading[]>> {
    const answer = await ask(signal)
    if ('problem' in answer) return answer
    if (answer.value.cards.length === 0) return { problem: `${tool} found no device.` }
    return { value: answer.value.cards.map(readingOf) }
  }

  return {
    name: tool,
    facts,
    readings,
    processes: (signal) => askProcesses(place, signal),
    follow: (following) => pollReadings(readings, following),
  }
}
