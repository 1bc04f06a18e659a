/** Asks nvidia-smi for columns, and learns which of them this version knows. Knows no meaning of a column. */
import type { ToolPlace } from './device-tool.ts'
import { runTool, type ToolOutcome } from './run-tool.ts'

/** Columns by what they are to us, each with the names that it has had, newest first. */
export type Columns<Key extends string> = Readonly<Record<Key, readonly string[]>>

/** The cells of one row; a column that this version does not know is absent. */
export type Cells<Key extends string> = Readonly<Partial<Record<Key, string>>>

/** Rows, lines that are none, and the outcome that they come from. */
export interface Table<Key extends string> {
  readonly rows: readonly Cells<Key>[]
  readonly others: readonly string[]
  readonly outcome: ToolOutcome
}

const separator = ', '

/** A query with the columns that this version knows, as they have been learnt so far. */
export interface Query<Key extends string> {
  /** Runs it; rejects only with the signal's reason. */
  ask(signal?: AbortSignal): Promise<Table<Key>>
  /** The arguments that it would be run with now. */
  args(): readonly string[]
  /** The cells of one line; null for a line that is no row. The last column may hold separators. */
  cells(line: string): Cells<Key> | null
}

/** The field that the tool refuses; one bad field fails the whole query (exit code 2), and only the first is named. */
const refusedField = ({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }) =>
  /Field "([^"]+)" is not a valid field/i.exec(`${stdout}\n${stderr}`)?.[1]

/** The names that each column has had and may still be known by; the first is asked for. */
type Known<Key extends string> = Map<Key, readonly string[]>

/** Goes on to the column's next name, or without the column; false when the field is none of ours. */
function forget<Key extends string>(known: Known<Key>, field: string): boolean {
  for (const [key, [current, ...older]] of known) {
    if (current !== field) continue
    if (older.length === 0) known.delete(key)
    else known.set(key, older)
    return true
  }
  return false
}

/** The last column takes what is left of the line. */
function cellsOf<Key extends string>(known: Known<Key>, line: string): Cells<Key> | null {
  const parts = line.split(separator)
  const last = known.size - 1
  if (parts.length <= last) return null
  const values = [...parts.slice(0, last), parts.slice(last).join(separator)]
  // The keys are the known ones: fromEntries does not keep their type.
  return Object.fromEntries([...known.keys()].map((key, index) => [key, values[index]?.trim()])) as Cells<Key>
}

/** `kind` is the option without its dashes, e.g. query-gpu; `isRow` tells rows from what else is printed. */
export function nvidiaQuery<Key extends string>(
  place: ToolPlace,
  { kind, columns, isRow }: { kind: string; columns: Columns<Key>; isRow: (cells: Cells<Key>) => boolean },
): Query<Key> {
  // Object.entries does not keep the keys' type; a Map keeps their order, which is that of the cells.
  const known: Known<Key> = new Map(Object.entries(columns) as [Key, readonly string[]][])

  const args = () => [
    `--${kind}=${[...known.values()].map(([name]) => name).join(',')}`,
    '--format=csv,noheader,nounits',
  ]

  function cells(line: string): Cells<Key> | null {
    const row = cellsOf(known, line)
    return row !== null && isRow(row) ? row : null
  }

  function tableOf(outcome: ToolOutcome): Table<Key> {
    const lines = outcome.kind === 'ended' ? outcome.stdout.split('\n').map((line) => line.trim()) : []
    const told = lines.filter(Boolean).map((line) => ({ line, row: cells(line) }))
    return {
      rows: told.flatMap(({ row }) => row ?? []),
      others: told.flatMap(({ line, row }) => (row === null ? [line] : [])),
      outcome,
    }
  }

  async function ask(signal?: AbortSignal): Promise<Table<Key>> {
    const outcome = await runTool({ ...place, args: args(), signal })
    const refused = outcome.kind === 'ended' ? refusedField(outcome) : undefined
    return refused !== undefined && forget(known, refused) && known.size > 0 ? ask(signal) : tableOf(outcome)
  }

  return { ask, args, cells }
}
