/** A CSV text to its columns, with figures of those that hold numbers. Knows no file. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import { type ColumnTally, tallyColumn } from './column-tally.ts'
import { firstNames } from './first-names.ts'
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

/** A line that is longer is no table's: its fields would take a hundred times its size. */
const mostLineCharacters = 2 ** 17

/** The number of the first line that is too long, from 1; null for none. The parser does not count empty fields. */
function lineTooLong(text: string): number | null {
  let line = 1
  for (let at = 0; at < text.length; line++) {
    const found = text.indexOf('\n', at)
    const end = found === -1 ? text.length : found
    if (end - at > mostLineCharacters) return line
    at = end + 1
  }
  return null
}

const faults: Readonly<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'another number of fields than in the first line',
  CSV_QUOTE_NOT_CLOSED: 'a quote that is not closed',
  CSV_MAX_RECORD_SIZE: `more than ${mostLineCharacters} characters`,
}

/** Only the kind of fault and its line: the parser's own messages quote the text. */
function notValid(code: string, line: number): Parsed {
  const fault = faults[code]
  return { why: `not valid CSV (line ${line}${fault === undefined ? '' : `: ${fault}`})` }
}

/**
 * Fields between commas, columns named in the first line, every line of as many fields (RFC 4180); empty lines do not
 * count. Rejects only when the signal aborts.
 */
export async function parseCsv(text: string, signal: AbortSignal): Promise<Parsed> {
  const { parse, CsvError } = await importParser()
  const long = lineTooLong(text)
  if (long !== null) return notValid('CSV_MAX_RECORD_SIZE', long)
  let tallies: readonly ColumnTally[] = []
  let more = 0
  let rows = -1
  const count = async (records: AsyncIterable<readonly string[]>): Promise<void> => {
    for await (const fields of records) {
      rows += 1
      if (rows === 0) {
        const columns = firstNames(fields.map((name) => name.trim()))
        tallies = columns.names.map(tallyColumn)
        more = columns.more
      } else for (const [i, tally] of tallies.entries()) tally.add(fields[i] ?? '')
    }
  }
  try {
    const parser = parse({ skip_empty_lines: true, max_record_size: mostLineCharacters })
    await pipeline(Readable.from(slicesOf(text)), parser, count, { signal })
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof CsvError) return notValid(error.code, Number(error.lines))
    throw error
  }
  return {
    kind: 'csv',
    columns: tallies.map(({ column }) => column),
    more,
    rows: Math.max(0, rows),
    numbers: tallies.flatMap((tally) => tally.figures() ?? []),
  }
}
