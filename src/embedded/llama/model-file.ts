/** Keeps the tiny model as a file, made once a shape. Knows no engine. */
import { createHash } from 'node:crypto'
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { messageOf } from '../api-error.ts'
import { StartupError } from '../startup-error.ts'
import { writeGguf } from './gguf-file.ts'
import { createTinyModel, type ModelShape } from './tiny-model.ts'

/** To be raised whenever the same shape gives other weights, so that no cached file is taken for the new one. */
const generatorVersion = 2

/** A model on disk. */
export interface ModelFile {
  readonly path: string
  readonly sizeBytes: number
  readonly sha256: string
  readonly modifiedAtMs: number
}

/** The folder that is used when none is named: this user's own, within the temporary folder. */
export const defaultDataDir = (): string =>
  join(tmpdir(), `ollama-perf-gate-embedded-${process.getuid?.() ?? 'user'}`)

const noteSchema = z.object({ sizeBytes: z.number(), sha256: z.string() })
type Note = z.output<typeof noteSchema>

const notePath = (path: string): string => `${path}.json`

/** The file that is there and complete, by the note beside it; null otherwise. */
const findFile = (path: string): ModelFile | null => {
  try {
    const note = noteSchema.parse(JSON.parse(readFileSync(notePath(path), 'utf8')))
    const { size, mtimeMs } = statSync(path)
    return size === note.sizeBytes ? { path, ...note, modifiedAtMs: mtimeMs } : null
  } catch {
    // No file, no note, or a note that cannot be read: all of them mean to make it again.
    return null
  }
}

const writeModel = (path: string, shape: ModelShape): Note => {
  const hash = createHash('sha256')
  let sizeBytes = 0
  const descriptor = openSync(path, 'wx', 0o600)
  try {
    writeGguf(descriptor, createTinyModel(shape), (bytes) => {
      hash.update(bytes)
      sizeBytes += bytes.length
    })
  } finally {
    closeSync(descriptor)
  }
  return { sizeBytes, sha256: hash.digest('hex') }
}

/** Makes the file under another name and renames it, so that a server that starts at the same time sees all or nothing. */
const makeFile = (path: string, shape: ModelShape): ModelFile => {
  const draft = `${path}.${process.pid}.draft`
  try {
    rmSync(draft, { force: true })
    const note = writeModel(draft, shape)
    writeFileSync(notePath(draft), JSON.stringify(note), { mode: 0o600 })
    renameSync(draft, path)
    renameSync(notePath(draft), notePath(path))
    return { path, ...note, modifiedAtMs: statSync(path).mtimeMs }
  } finally {
    rmSync(draft, { force: true })
    rmSync(notePath(draft), { force: true })
  }
}

const nameOf = (shape: ModelShape): string => {
  const hash = createHash('sha256').update(JSON.stringify({ generatorVersion, ...shape }))
  return `tiny-${hash.digest('hex').slice(0, 16)}.gguf`
}

/** The model file of a shape in a folder: found, or made now. Throws StartupError when the folder cannot be written. */
export const provideModelFile = (shape: ModelShape, dataDir: string): ModelFile => {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const path = join(dataDir, nameOf(shape))
    return findFile(path) ?? makeFile(path, shape)
  } catch (cause) {
    throw new StartupError(
      `cannot keep the generated model in ${dataDir}`,
      messageOf(cause),
      'name another folder with --data-dir, with 150 MB free',
      { cause },
    )
  }
}
