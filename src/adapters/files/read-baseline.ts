/** Baselines as files. */
import { type Baseline, baselineSchema, baselineSchemaVersion } from '../../model/baseline.ts'
import { readDocument } from './json-file.ts'

/** Reads a stored baseline. Throws InputError when it is missing, broken, or of another version. */
export const readBaseline = (path: string): Promise<Baseline> =>
  readDocument(path, { name: 'baseline', version: baselineSchemaVersion, schema: baselineSchema })
