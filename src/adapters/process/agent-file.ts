/** Which version of a program a command runs: the hash of its file. Starts nothing. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import type { ProgramFile } from '../../model/environment.ts'
import type { AgentCommand } from './agent-command.ts'

const isFile = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isFile() ?? false

/** Null for what lies elsewhere. */
function placeIn(checkout: string, path: string): string | null {
  const place = relative(checkout, path)
  return place.startsWith('..') || isAbsolute(place) ? null : place
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer) // without an encoding they are bytes
  return hash.digest('hex')
}

/**
 * The first word of the command that is a file of the checkout: the program itself, or the script that an interpreter
 * runs. Null where none is, or it cannot be read.
 */
export async function programFile({ argv, checkout }: AgentCommand): Promise<ProgramFile | null> {
  for (const word of argv) {
    const path = resolve(checkout, word)
    const place = placeIn(checkout, path)
    if (place === null || !(await isFile(path))) continue
    const sha256 = await sha256Of(path).catch(() => null)
    return sha256 === null ? null : { file: place.replaceAll(sep, '/'), sha256 }
  }
  return null
}
