/** Runs as files: run.json, where the derived figures stand beside the records. */
import { z } from 'zod'
import { summarySchema } from '../../model/figures.ts'
import { type Run, runSchema, runSchemaVersion } from '../../model/run.ts'
import { readDocument } from './json-file.ts'

const storedRunSchema = runSchema.extend({ figures: z.array(summarySchema).optional() })

/** Reads a run without its figures, which are judged anew. Throws InputError when it is missing, broken, or of another version. */
export async function readRun(path: string): Promise<Run> {
  const { figures: _, ...run } = await readDocument(path, {
    name: 'run',
    version: runSchemaVersion,
    schema: storedRunSchema,
  })
  return run
}
