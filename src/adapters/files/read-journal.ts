/** A journal read back, line by line. Knows nothing of what the lines mean together. */
import { createReadStream } from 'node:fs'
import { InputError } from '../../errors.ts'
import { type JournalLine, journalLineSchema, runSchemaVersion } from '../../model/run.ts'
import { jsonFault } from './json-fault.ts'
import { schemaProblems } from './schema-problems.ts'
import { versionProblem } from './schema-version.ts'
import { checkReadable, unreadable } from './text-file.ts'

/** The whole lines in their order; `torn` says that the last one was cut off by a kill, and left out. */
export interface ReadJournal {
  readonly lines: readonly JournalLine[]
  readonly torn: boolean
}

interface Place {
  readonly path: string
  readonly line: number
}

const nameOf = ({ path, line }: Place): string => `${path}:${line}`

function parseJson(text: string, place: Place): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const { column, message } = jsonFault(text, cause)
    const at = { file: place.path, line: place.line, column }
    const fix =
      'Only the last line of a journal may be cut off: this file was changed or damaged. Fetch it again, or measure again.'
    throw new InputError([{ at, what: `This line is not JSON: ${message}.`, fix }], { cause })
  }
}

function parseLine(text: string, place: Place): JournalLine {
  const value = parseJson(text, place)
  const header = value !== null && typeof value === 'object' && 'header' in value ? value.header : null
  const other = versionProblem(nameOf(place), header, runSchemaVersion)
  if (other) throw new InputError([other])
  const parsed = journalLineSchema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new InputError(schemaProblems(nameOf(place), parsed.error), { cause: parsed.error })
}

/** Whole lines of a file, without their newlines; what follows the last newline comes as `torn`. */
async function* wholeLines(path: string): AsyncGenerator<{ readonly text: string; readonly torn: boolean }> {
  let rest = ''
  for await (const part of createReadStream(path, 'utf8')) {
    const texts = `${rest}${part}`.split('\n')
    rest = texts.pop() ?? ''
    for (const text of texts) yield { text, torn: false }
  }
  if (rest !== '') yield { text: rest, torn: true }
}

/**
 * Reads a journal. A last line without its newline was torn by a kill and is left out. Throws InputError for a file
 * that is missing, and for a line that is broken (with its number), of another version, or of another shape.
 */
export async function readJournal(path: string): Promise<ReadJournal> {
  await checkReadable(path)
  const lines: JournalLine[] = []
  try {
    for await (const { text, torn } of wholeLines(path)) {
      if (torn) return { lines, torn }
      lines.push(parseLine(text, { path, line: lines.length + 1 }))
    }
  } catch (error) {
    throw error instanceof InputError ? error : await unreadable(path, error)
  }
  return { lines, torn: false }
}
