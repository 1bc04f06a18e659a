/** Stored documents: JSON files with a schema version. Knows no particular document. */
import type { z } from 'zod'
import { InputError } from '../../errors.ts'
import { finiteNumbers } from './compact-json.ts'
import { jsonFault } from './json-fault.ts'
import { schemaProblems } from './schema-problems.ts'
import { versionProblem } from './schema-version.ts'
import { readText, writeText } from './text-file.ts'

/** A kind of document: its name in messages, its version, its schema. */
export interface DocumentKind<T> {
  readonly name: string
  readonly version: number
  readonly schema: z.ZodType<T>
}

function parseJson(path: string, text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const { line, column, message, truncated } = jsonFault(text, cause)
    const problem = {
      at: { file: path, line, column },
      what: truncated
        ? `The file ends in the middle: it is no whole ${name}.`
        : `This is not JSON: ${message}.`,
      fix: truncated
        ? 'It was cut off when it was written or copied: fetch it again, or record it anew.'
        : `Name a ${name} that this tool wrote, and leave it as it is.`,
    }
    throw new InputError([problem], { cause })
  }
}

/** Reads one document. Throws InputError for everything that can be wrong with it: what, where, why, and what to do. */
export async function readDocument<T>(path: string, { name, version, schema }: DocumentKind<T>): Promise<T> {
  const document = parseJson(path, (await readText(path)).text, name)
  const other = versionProblem(path, document, version)
  if (other) throw new InputError([other])
  const parsed = schema.safeParse(document)
  if (parsed.success) return parsed.data
  const fix = `It is no ${name} of this tool: name another file, or record it anew.`
  throw new InputError([...schemaProblems(path, parsed.error), { what: fix }], { cause: parsed.error })
}

// A newline stands in no JSON string, so this only ever finds real arrays.
const numbersOnLines = /\[\n\s+(?:-?\d[\d.eE+-]*|null)(?:,\n\s+(?:-?\d[\d.eE+-]*|null))*\n\s+\]/g

const onOneLine = (array: string): string => array.replace(/,\s+/g, ', ').replace(/\s*([[\]])\s*/g, '$1')

/** A document's text: indented by two for reading and for diffs, an array of numbers in one line; ends in a newline. */
export const formatJson = (value: unknown): string =>
  `${JSON.stringify(value, finiteNumbers, 2).replace(numbersOnLines, onOneLine)}\n`

/** Writes a document atomically. Throws MachineError when it cannot be stored. */
export const writeJson = (path: string, value: unknown): Promise<void> => writeText(path, formatJson(value))
