/** Text files, read and written whole. Knows no format; what is wrong with a path is said in full. */
import { createHash, randomUUID } from 'node:crypto'
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { InputError, MachineError } from '../../errors.ts'
import type { Problem } from '../../model/problem.ts'
import { codeOf, fileProblem } from './file-problem.ts'
import { makeFolder } from './make-folder.ts'
import { nearestNames } from './nearest-names.ts'

/** Larger files are refused: nothing that the gate reads comes near, and a wrong file must not eat the memory. */
const mostBytes = 256 * 1024 * 1024

/** A file's text without a byte order mark, and the SHA-256 of its bytes in hex. */
export interface TextFile {
  readonly text: string
  readonly sha256: string
}

/** What could be meant by a path that is not there: nearly equal names, else the folder's files of the same kind. */
async function missingProblem(path: string): Promise<Problem> {
  const folder = dirname(path)
  const what = `There is no file ${path}.`
  const names = await readdir(folder).catch(() => null)
  if (names === null) return { what, why: `There is no folder ${folder}.`, fix: 'Correct the path.' }
  const near = nearestNames(basename(path), names)
  if (near.length > 0)
    return { what, fix: `Did you mean ${near.map((name) => join(folder, name)).join(' or ')}?` }
  const alike = names.filter((name) => extname(name) === extname(path)).slice(0, 5)
  return alike.length > 0
    ? { what, fix: `The folder ${folder} has ${alike.join(', ')}.` }
    : { what, fix: 'Correct the path.' }
}

/** The InputError for a file that could not be read. */
export async function unreadable(path: string, error: unknown): Promise<InputError> {
  const problem =
    codeOf(error) === 'ENOENT' ? await missingProblem(path) : fileProblem(`Cannot read ${path}.`, error)
  return new InputError([problem], { cause: error })
}

/** Throws InputError when there is no such file, or one that is too large to be meant. */
export async function checkReadable(path: string): Promise<void> {
  const { size } = await stat(path).catch(async (error: unknown) => {
    throw await unreadable(path, error)
  })
  if (size > mostBytes)
    throw new InputError([
      {
        what: `${path} is too large: ${Math.ceil(size / 2 ** 20)} MB.`,
        why: `At most ${mostBytes / 2 ** 20} MB are read.`,
        fix: 'Name the right file.',
      },
    ])
}

/** Reads a UTF-8 file. Throws InputError when it is missing, a folder, not allowed, too large, or not UTF-8. */
export async function readText(path: string): Promise<TextFile> {
  await checkReadable(path)
  const bytes = await readFile(path).catch(async (error: unknown) => {
    throw await unreadable(path, error)
  })
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return { text, sha256: createHash('sha256').update(bytes).digest('hex') }
  } catch (cause) {
    const what = `${path} is not a text file in UTF-8.`
    throw new InputError([{ what, fix: 'Save it as UTF-8, or name the right file.' }], { cause })
  }
}

async function writeFlushed(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/**
 * Replaces the file's content at one stroke, so that a reader (or a crash) sees the old text or the new one, never a
 * part; makes the folder. Throws MachineError when it cannot be stored, and then leaves the old file as it was.
 */
export async function writeText(path: string, text: string): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}`)
  try {
    await makeFolder(dirname(path))
    await writeFlushed(draft, text)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined)
    throw new MachineError([fileProblem(`Cannot write ${path}.`, error)], { cause: error })
  }
}
