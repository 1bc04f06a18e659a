/**
 * The files that a workflow agent read, each as far as its summary needs it. Holds no file's whole text, and of columns,
 * keys and headings the first ones only; `more` says how many there are beyond.
 */
import { z } from 'zod'

/** A table: the names of its columns, how many rows it has, and mean, least and greatest of the columns of numbers. */
export const csvDocumentSchema = z.strictObject({
  kind: z.literal('csv'),
  columns: z.array(z.string()),
  more: z.int(),
  rows: z.int(),
  numbers: z.array(
    z.strictObject({ column: z.string(), mean: z.number(), min: z.number(), max: z.number() }),
  ),
})

/** `entries` are the elements of a list or the members of an object; of other values 0. */
export const jsonDocumentSchema = z.strictObject({
  kind: z.literal('json'),
  keys: z.array(z.string()),
  more: z.int(),
  entries: z.int(),
})

export const markdownDocumentSchema = z.strictObject({
  kind: z.literal('markdown'),
  headings: z.array(z.string()),
  more: z.int(),
  words: z.int(),
})

export const documentSchema = z.strictObject({
  /** Relative to the folder, with forward slashes. */
  path: z.string(),
  bytes: z.int(),
  content: z.discriminatedUnion('kind', [csvDocumentSchema, jsonDocumentSchema, markdownDocumentSchema]),
})
export type Document = z.output<typeof documentSchema>

/** A file that was left aside, e.g. because it is too large, binary, malformed or unreadable. */
export interface SkippedFile {
  readonly path: string
  readonly why: string
}

/** One reading of a folder, in the order of paths. Both empty for an empty folder. */
export interface Documents {
  readonly read: readonly Document[]
  readonly skipped: readonly SkippedFile[]
}
