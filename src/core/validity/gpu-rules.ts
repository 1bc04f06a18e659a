/** Reasons that the GPU gives: slowed down, shared with somebody else, or not watched. */
import { type GpuProcess, type GpuSpan, leastIntervalMs, type SlowdownReason } from '../../model/gpu.ts'
import { count, formatBytes, formatPercent, formatPlain } from '../../model/number-format.ts'
import type { Reason, TrialEvidence } from './trial-evidence.ts'

/** At full load many cards are at their power cap most of the time (OLLAMA section 6): worth a mark, no more. */
const cappedShare = 0.5
/** A trial must have lasted so many intervals before a watch that saw little says anything. */
const leastIntervals = 5
/** Fewer of the readings than the interval promises is a gap: the tool had died, or the machine was too busy to ask it. */
const leastShare = 0.5
const mostNamed = 3

const readingsWith = ({ slowdowns }: GpuSpan, reasons: readonly SlowdownReason[]): number =>
  Math.max(0, ...reasons.map((reason) => slowdowns?.[reason] ?? 0))

const overheated = (span: GpuSpan): number => readingsWith(span, ['hw-thermal', 'sw-thermal'])

/** The hardware's slowdown is told beside its reason, heat or brake (NVML); what heat explains is not the supply's. */
const underpowered = (span: GpuSpan): number =>
  Math.max(
    readingsWith(span, ['hw-power-brake']),
    readingsWith(span, ['hw-slowdown']) - readingsWith(span, ['hw-thermal']),
  )

const heat = ({ temperatureCelsius }: GpuSpan): string =>
  temperatureCelsius === null ? '' : `, up to ${formatPlain(temperatureCelsius)} °C`

function slowed(
  spans: readonly GpuSpan[],
  readingsOf: (span: GpuSpan) => number,
  why: string,
): readonly string[] {
  return spans.flatMap((span) => {
    const hits = readingsOf(span)
    return hits > 0
      ? [`the GPU slowed down ${why} (${hits} of ${count(span.readings, 'reading')}${heat(span)})`]
      : []
  })
}

const capped = (spans: readonly GpuSpan[]): readonly string[] =>
  spans.flatMap((span) => {
    const share = readingsWith(span, ['sw-power-cap']) / span.readings
    return share >= cappedShare
      ? [`the GPU was at its power cap ${formatPercent(share * 100)} of the time`]
      : []
  })

const processText = ({ pid, name, memoryUsedBytes }: GpuProcess): string =>
  `${name} (pid ${pid}${memoryUsedBytes === null ? '' : `, ${formatBytes(memoryUsedBytes)}`})`

function strangers(foreign: readonly GpuProcess[] | null): readonly string[] {
  if (foreign === null || foreign.length === 0) return []
  const named = foreign.slice(0, mostNamed).map(processText).join(', ')
  const more = foreign.length > mostNamed ? ` and ${foreign.length - mostNamed} more` : ''
  return [`another process computed on the GPU: ${named}${more}`]
}

/** How many readings of each device are due in a trial: what its tool allows, where that is less than was asked for. */
function dueReadings({ trial, protocol, environment }: TrialEvidence): number {
  const askedMs = protocol.watch['interval-seconds'] * 1000
  const intervalMs = Math.max(askedMs, leastIntervalMs[environment.gpu.tool])
  return Math.floor((trial.endedMs - trial.startedMs) / intervalMs)
}

/** The device that was read the least; all that was seen at all, where the devices are not known. */
function leastRead(spans: readonly GpuSpan[], { gpu }: TrialEvidence['environment']): number {
  const readingsOf = (uuid: string) => spans.find((span) => span.uuid === uuid)?.readings ?? 0
  const uuids = gpu.devices.length > 0 ? gpu.devices.map(({ uuid }) => uuid) : spans.map(({ uuid }) => uuid)
  return uuids.length === 0 ? 0 : Math.min(...uuids.map(readingsOf))
}

/** A watch that should have seen the GPU, and has not, or not all of the time. */
function blindness(evidence: TrialEvidence): readonly string[] {
  const { trial, environment } = evidence
  const { gpus, gpuTrouble } = trial.watched
  if (gpus === null || environment.gpu.state !== 'present') return []
  if (gpuTrouble !== null) return [`the GPU was not watched: ${gpuTrouble}`]
  const due = dueReadings(evidence)
  const read = leastRead(gpus, environment)
  if (read === 0) return ['the GPU was not read once']
  return due < leastIntervals || read >= leastShare * due
    ? []
    : [`the GPU was not watched all the time: ${count(read, 'reading')} of ${due} that were due`]
}

/** All reasons of the GPU; empty where none is watched. */
export function gpuReasons(evidence: TrialEvidence): readonly Reason[] {
  const { gpus, foreign } = evidence.trial.watched
  const spans = gpus ?? []
  const found = [
    ['thermal-slowdown', slowed(spans, overheated, 'because of its temperature')],
    ['power-slowdown', slowed(spans, underpowered, 'because of its power supply')],
    ['power-cap', capped(spans)],
    ['foreign-process', strangers(foreign)],
    ['unwatched', blindness(evidence)],
  ] as const
  return found.flatMap(([rule, details]) => details.map((detail) => ({ rule, detail })))
}
