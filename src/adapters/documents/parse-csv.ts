/** A CSV text to its columns, with figures of those that hold numbers. Knows no file. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import type { CsvError } from 'csv-parse'
import { type ColumnTally, tallyColumn } from './column-tally.ts'
import type { Parsed } from './parsed.ts'

const importParser = () => import('csv-parse')

/** Loads the parser, which only workflows need. */
export const loadCsvParser = async (): Promise<void> => {
  await importParser()
}

/** Parsed in a millisecond or two, after which other agents' answers get their turn. */
const sliceCharacters = 16_384

async function* slicesOf(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += sliceCharacters) {
    yield text.slice(at, at + sliceCharacters)
    await setImmediate()
  }
}

const faults: Readonly<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'another number of fields than in the first line',
  CSV_QUOTE_NOT_CLOSED: 'a quote that is not closed',
}

/** Only the kind of fault and its line: the parser's own messages quote the text. */
function faultOf(error: CsvError): string {
  const fault = faults[error.code]
  return `not valid CSV (line ${Number(error.lines)}${fault === undefined ? '' : `: ${fault}`})`
}

/**
 * Fields between commas, columns named in the first line, every line of as many fields (RFC 4180); empty lines do not
 * count. Rejects only when the signal aborts.
 */
export async function parseCsv(text: string, signal: AbortSignal): Promise<Parsed> {
  const { parse, CsvError } = await importParser()
  const tallies: ColumnTally[] = []
  let rows = -1
  const count = async (records: AsyncIterable<readonly string[]>): Promise<void> => {
    for await (const fields of records) {
      rows += 1
      if (rows === 0) tallies.push(...fields.map((name) => tallyColumn(name.trim())))
      else for (const [i, field] of fields.entries()) tallies[i]?.add(field)
    }
  }
  try {
    await pipeline(Readable.from(slicesOf(text)), parse({ skip_empty_lines: true }), count, { signal })
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof CsvError) return { why: faultOf(error) }
    throw error
  }
  return {
    kind: 'csv',
    columns: tallies.map(({ column }) => column),
    rows: Math.max(0, rows),
    numbers: tallies.flatMap((tally) => tally.figures() ?? []),
  }
}
