/** The command line as a user starts it, from the sources. */
import { join } from 'node:path'
import { type Ended, type EntryProcess, type Surroundings, startNode } from './entry-process.ts'

/** The entry as a file. */
export const cliFile = join(import.meta.dirname, '..', '..', 'src', 'cli.ts')

/** Starts a verb. */
export const startCli = (line: readonly string[], where: Surroundings): EntryProcess =>
  startNode([cliFile, ...line], where)

/** Runs a verb to its end. */
export const runCli = (line: readonly string[], where: Surroundings): Promise<Ended> =>
  startCli(line, where).ended
