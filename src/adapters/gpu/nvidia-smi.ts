/** NVIDIA's tool: what its answers and its ends mean. Knows nothing of other makers. */
import type { GpuFacts, GpuProcess, GpuReading } from '../../model/gpu.ts'
import {
  type Answer,
  type DeviceTool,
  type Following,
  noFacts,
  type ReadingSink,
  type ToolPlace,
} from './device-tool.ts'
import { textIn } from './nvidia-cells.ts'
import { nvidiaQuery, type Query, type Table } from './nvidia-query.ts'
import {
  deviceColumns,
  deviceIn,
  identityIn,
  isDeviceRow,
  isLostRow,
  isProcessRow,
  processColumns,
  processIn,
  type ReadingCells,
  readingColumns,
  readingIn,
  wholeRows,
} from './nvidia-rows.ts'
import { streamLines } from './stream-lines.ts'
import { endText, inOneLine, outcomeText, unreadableText } from './tool-words.ts'

const tool = 'nvidia-smi'

/** Code 14 is a corrupted infoROM: a warning beside data that is whole. */
const isGood = ({ outcome }: Table<string>): boolean =>
  outcome.kind === 'ended' && (outcome.exitCode === 0 || outcome.exitCode === 14)

/** Lines beside the rows that say nothing against them. */
const isRemark = (line: string): boolean => /^warning:/i.test(line)

const lostText = (words: string): string => `${tool} has lost a device: "${inOneLine(words)}".`

/** Some versions say in a line of its own that a device is gone, some in its row, some in both. */
const isLostLine = (line: string): boolean => /unable to determine the device handle|gpu is lost/i.test(line)

function lostIn({ rows, others }: Table<string>): string | null {
  const line = others.find(isLostLine)
  if (line !== undefined) return lostText(line)
  const row = rows.find(isLostRow)
  return row === undefined ? null : lostText(Object.values(row).join(', '))
}

/** What is wrong with an answer, without the rows that are right. */
const problemText = ({ outcome, others }: Table<string>): string =>
  outcomeText(tool, outcome.kind === 'ended' ? { ...outcome, stdout: others.join('\n') } : outcome)

const foundNone = (table: Table<string>): boolean =>
  table.rows.length === 0 &&
  table.others.length === 1 &&
  /^no devices were found/i.test(table.others[0] ?? '')

/** One dead card of several is told in the detail; the others can be measured on. */
function factsIn(table: Table<keyof typeof deviceColumns>): GpuFacts {
  if (foundNone(table)) return noFacts(tool, 'absent', `${tool} found no device: "${table.others[0]}".`)
  if (table.rows.length === 0) return noFacts(tool, 'broken', problemText(table))
  const whole = wholeRows(table.rows)
  const lost = lostIn(table)
  const isWell = isGood(table) || (lost !== null && whole.length > 0)
  return {
    tool,
    state: isWell && whole.length > 0 ? 'present' : 'broken',
    detail: lost ?? (isGood(table) ? null : problemText(table)),
    driver: textIn(whole[0]?.row.driver),
    devices: whole.map(({ row, uuid }) => deviceIn(row, uuid)),
  }
}

function readingsIn(table: Table<keyof typeof readingColumns>): Answer<readonly GpuReading[]> {
  const lost = lostIn(table)
  const whole = wholeRows(table.rows)
  if (whole.length === 0 || (lost === null && !isGood(table))) return { problem: lost ?? problemText(table) }
  return { value: whole.map(({ row, uuid }) => readingIn(row, uuid)) }
}

/** One process that cannot be read makes the whole list unknown: it might be the foreign one. */
function processesIn(table: Table<keyof typeof processColumns>): Answer<readonly GpuProcess[]> {
  if (!isGood(table)) return { problem: problemText(table) }
  const strange = table.others.filter((line) => !isRemark(line) && !/^no running processes found/i.test(line))
  if (strange.length > 0) return { problem: unreadableText(tool, strange.join('\n')) }
  return { value: table.rows.map(processIn) }
}

function hear(line: string, query: Query<keyof typeof readingColumns>, sink: ReadingSink): boolean {
  const cells: ReadingCells | null = query.cells(line)
  if (cells === null) {
    if (!isRemark(line)) sink.unreadable(line)
    return false
  }
  const uuid = identityIn(cells)
  if (uuid === null || isLostRow(cells)) {
    sink.lost(uuid, lostText(line))
    return false
  }
  sink.reading(readingIn(cells, uuid), performance.now())
  return true
}

/** nvidia-smi at its place. What is learnt of its version's fields is kept. */
export function nvidiaSmi(place: ToolPlace): DeviceTool {
  const devices = nvidiaQuery(place, { kind: 'query-gpu', columns: deviceColumns, isRow: isDeviceRow })
  const readings = nvidiaQuery(place, { kind: 'query-gpu', columns: readingColumns, isRow: isDeviceRow })
  const processes = nvidiaQuery(place, {
    kind: 'query-compute-apps',
    columns: processColumns,
    isRow: isProcessRow,
  })

  async function follow({ intervalMs, sink, signal }: Following): Promise<string> {
    // The stream ends at the first field that is unknown: one single reading finds them before.
    const first = await readings.ask(signal)
    if (wholeRows(first.rows).length === 0) return lostIn(first) ?? problemText(first)
    let last: readonly string[] = []
    const end = await streamLines({
      ...place,
      args: [...readings.args(), '-lms', String(Math.round(intervalMs))],
      signal,
      onLine: (line) => {
        last = hear(line, readings, sink) ? [] : [...last.slice(-2), line]
      },
    })
    return endText(tool, end.kind === 'ended' ? { ...end, stdout: last.join('\n') } : end)
  }

  return {
    name: tool,
    facts: async (signal) => factsIn(await devices.ask(signal)),
    readings: async (signal) => readingsIn(await readings.ask(signal)),
    processes: async (signal) => processesIn(await processes.ask(signal)),
    follow,
  }
}
