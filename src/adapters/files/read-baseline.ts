/** Baselines as files. */
import { access } from 'node:fs/promises'
import { type Baseline, baselineSchema, baselineSchemaVersion } from '../../model/baseline.ts'
import { codeOf } from './file-problem.ts'
import { readDocument } from './json-file.ts'

/** Reads a stored baseline. Throws InputError when it is missing, broken, or of another version. */
export const readBaseline = (path: string): Promise<Baseline> =>
  readDocument(path, { name: 'baseline', version: baselineSchemaVersion, schema: baselineSchema })

/** Reads a baseline to add to; null when there is no such file yet. Throws InputError for one that cannot be read. */
export async function readBaselineIfAny(path: string): Promise<Baseline | null> {
  const none = await access(path).then(
    () => false,
    (error: unknown) => codeOf(error) === 'ENOENT',
  )
  return none ? null : readBaseline(path)
}
